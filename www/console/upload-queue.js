/** Files on their way into a folder: a line each, with its progress; two at a time. */

import { announce } from "/assets/announce.js";
import { button, element } from "./dom.js";
import { formatBytes, formatPercent } from "./format.js";
import { upload } from "./upload.js";
import { text } from "./words.js";

const atOnce = 2;

export class UploadQueue {
  /** The list that shows them. */
  list = element("ul", { class: "uploads", "aria-label": text("upload.queue") });
  #waiting = [];
  #running = 0;
  #stopped = new AbortController();

  /** `taken` tells whether a key is known to be in use; `done` is called when one file is there. */
  constructor(bucket, { taken, done }) {
    this.bucket = bucket;
    this.taken = taken;
    this.done = done;
  }

  /** Adds a file that is to get a key. */
  add(file, key) {
    const item = { file, key, ...this.#line(key, file.size) };
    this.list.append(item.line);
    this.#enqueue(item, false);
  }

  /** Whether something is under way. */
  get isBusy() {
    return this.#running + this.#waiting.length > 0;
  }

  /** Ends all that is under way. */
  stop() {
    this.#waiting = [];
    this.#stopped.abort();
  }

  #enqueue(item, replaces) {
    item.replaces = replaces;
    item.state.textContent = text("upload.waiting");
    this.#waiting.push(item);
    this.#run();
  }

  async #run() {
    if (this.#running >= atOnce || this.#waiting.length === 0) return;
    this.#running++;
    await this.#send(this.#waiting.shift());
    this.#running--;
    this.#run();
  }

  async #send(item) {
    const cancelling = new AbortController();
    const cancel = button(text("cancel"), () => cancelling.abort(), "small");
    item.actions.replaceChildren(cancel);
    item.bar.hidden = false;
    try {
      if (!item.replaces && this.taken(item.key)) return this.#offerReplacement(item);
      await upload(this.bucket, item.key, item.file, {
        replaces: item.replaces,
        signal: AbortSignal.any([cancelling.signal, this.#stopped.signal]),
        progress: (bytes) => this.#show(item, bytes),
      });
      this.#finish(item);
    } catch (problem) {
      this.#fail(item, problem);
    }
  }

  #show(item, bytes) {
    const share = item.file.size ? bytes / item.file.size : 1;
    item.bar.value = share;
    item.state.textContent = formatPercent(Math.min(1, share));
  }

  #finish(item) {
    item.bar.hidden = true;
    item.state.textContent = text("upload.done");
    item.actions.replaceChildren();
    item.line.classList.add("done");
    announce(`${item.key}: ${text("upload.done")}`);
    setTimeout(() => item.line.remove(), 4000);
    this.done(item.key);
  }

  #fail(item, problem) {
    item.bar.hidden = true;
    if (problem.code === "PreconditionFailed") return this.#offerReplacement(item);
    const message = problem.name === "AbortError" ? text("upload.cancelled") : problem.message;
    item.state.textContent = message;
    announce(`${item.key}: ${message}`);
    item.actions.replaceChildren(
      button(text("upload.retry"), () => this.#enqueue(item, item.replaces), "small"),
      this.#dismissal(item),
    );
  }

  #offerReplacement(item) {
    item.bar.hidden = true;
    item.state.textContent = text("upload.exists");
    announce(`${item.key}: ${text("upload.exists")}`);
    item.actions.replaceChildren(
      button(text("upload.replace"), () => this.#enqueue(item, true), "small"),
      this.#dismissal(item),
    );
  }

  #dismissal(item) {
    return button(text("dismiss"), () => item.line.remove(), "small quiet");
  }

  #line(key, size) {
    const bar = element("progress", { max: "1", value: "0", "aria-label": key });
    const state = element("span", { class: "facts" });
    const actions = element("span", { class: "actions" });
    const line = element(
      "li",
      { class: "upload" },
      element("span", { class: "name" }, key),
      element("span", { class: "facts" }, formatBytes(size)),
      bar,
      state,
      actions,
    );
    return { line, bar, state, actions };
  }
}
