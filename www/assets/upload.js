/** The upload page: joins the form, the queue, the cards and the list of one's own uploads. */

import { announce } from "./announce.js";
import { acceptFiles } from "./drop-zone.js";
import { FileCard, problemText } from "./file-card.js";
import { checkFile } from "./file-check.js";
import { MyUploads } from "./my-uploads.js";
import "./page.js";
import { text } from "./text.js";
import { UploadHistory } from "./upload-history.js";
import { UploadOptions } from "./upload-options.js";
import { UploadQueue } from "./upload-queue.js";
import { sendPicture } from "./upload-request.js";

const byId = (id) => document.getElementById(id);

const form = byId("upload-form");
const limit = Number(form.dataset.limit);
const options = new UploadOptions(form, byId("options"), byId("chosen-options"));
const history = new UploadHistory();
const cards = new Map();
const queue = new UploadQueue({ check: (file) => checkFile(file, limit), send, changed });

new MyUploads(history, byId("my-uploads"), byId("my-upload"), byId("confirm-delete"));

function send(file, onProgress) {
  const chosen = options.current;
  const { answer, abort } = sendPicture(file, chosen, onProgress);
  answer.then(({ image }) => image && history.add(image, chosen.expires));
  return { answer, abort };
}

function changed(upload, before) {
  const card = cards.get(upload) ?? newCard(upload);
  card.show(upload);
  if (upload.state !== before) {
    announceState(upload);
    if (upload.problem?.kind === "token-required" && upload.state === "failed") options.askForToken();
  }
  showBatch();
}

function newCard(upload) {
  const card = new FileCard(upload, byId("file-card"), {
    cancel: (upload) => queue.cancel(upload),
    retry: (upload) => queue.retry(upload),
    remove: (upload) => thenBackToPicking(() => discard(upload)),
  });
  cards.set(upload, card);
  byId("queue").append(card.element);
  return card;
}

function discard(upload) {
  queue.remove(upload);
  cards.get(upload).remove();
  cards.delete(upload);
  showBatch();
}

/** For a button that its own action takes away: the keyboard goes on from where files are picked. */
function thenBackToPicking(action) {
  action();
  byId("file").focus({ preventScroll: true });
}

function inState(state) {
  return queue.uploads.filter((upload) => upload.state === state);
}

function retryFailed() {
  inState("failed").forEach((upload) => queue.retry(upload));
}

function announceState({ state, file, problem }) {
  if (state === "done") announce(text("announce.done", { name: file.name }));
  if (state === "refused" || state === "failed") announce(`${file.name}: ${problemText(problem)}`);
}

function showBatch() {
  const done = inState("done");
  const total = queue.uploads.length;
  byId("batch").hidden = total === 0;
  byId("batch-count").textContent = text("batch.count", { done: done.length, total });
  byId("copy-all").hidden = done.length < 2;
  byId("copy-all").dataset.copy = done.map(({ image }) => image.url).join("\n");
  byId("retry-all").hidden = inState("failed").length < 2;
  byId("clear").hidden = done.length === 0;
}

/** A picture deleted below, or in another tab, leaves no links to it above. */
function dropDeleted() {
  const names = new Set(history.entries.map(({ name }) => name));
  inState("done").filter(({ image }) => !names.has(image.name)).forEach(discard);
}

history.addEventListener("change", dropDeleted);
byId("clear").addEventListener("click", () => thenBackToPicking(() => inState("done").forEach(discard)));
byId("retry-all").addEventListener("click", () => thenBackToPicking(retryFailed));
acceptFiles(byId("drop-zone"), byId("file"), (files) => files.forEach((file) => queue.add(file)));
// The picker is emptied as soon as files are taken from it.
form.noValidate = true;
// Enter in the token's field: what was refused for the lack of it is sent again.
form.addEventListener("submit", (event) => {
  event.preventDefault();
  retryFailed();
});
addEventListener("beforeunload", (event) => {
  if (queue.isBusy) event.preventDefault();
});
