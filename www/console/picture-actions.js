/** What is done with many pictures: in steps of bounded size, with the progress shown, and undone again. */

import { call } from "./api.js";
import { ask } from "./dialog.js";
import { element } from "./dom.js";
import { formatNumber } from "./format.js";
import { complain, hush, say } from "./notice.js";
import { countText, text } from "./words.js";

const mostNames = 200;
const mostBytes = 40_000;
/** Undoing a block is one request for each picture. */
const mostUnblocked = 200;

/**
 * Asks, then does something with pictures. `steps` are lists of pictures, one after the other; `count` says in words how
 * many there are. What is done is told, with a way to undo it; `changed` is called then.
 */
export async function actOn(action, steps, count, changed) {
  const progress = element("progress", { hidden: true });
  const status = element("p", { class: "facts", role: "status" });
  const outcome = { done: [], missing: 0, digests: new Set() };
  let running = null;
  const question = ask(
    text(`moderate.${action}_question`, { count }),
    [element("p", {}, text(`moderate.${action}_hint`)), progress, status],
    {
      confirm: text(`moderate.${action}`),
      danger: action !== "approve" && action !== "restore",
      action: () => {
        progress.hidden = false;
        // Closing the dialog stops it behind the step that is under way.
        running = run(action, steps, outcome, () => {
          status.textContent = text("moderate.progress", { count: formatNumber(outcome.done.length) });
          return progress.isConnected;
        });
        return running;
      },
    },
  );
  await question;
  if (!running) return;
  try {
    await running;
  } catch {
    // The dialog has shown it.
  }
  tell(action, outcome, changed);
  await changed();
}

/** Does it at once, and tells of it as `actOn` does. */
export async function actAtOnce(action, pictures, changed) {
  const outcome = { done: [], missing: 0, digests: new Set() };
  try {
    await run(action, [pictures], outcome, () => true);
  } catch (problem) {
    complain(problem);
  }
  tell(action, outcome, changed);
  await changed();
}

/** Goes through the steps for as long as `goesOn` says so, which is called after each. */
async function run(action, steps, outcome, goesOn) {
  for await (const pictures of steps) {
    for (const batch of batches(pictures)) {
      const answer = await call("POST", "moderation", { action, names: batch.map((picture) => picture.name) });
      const digests = new Map(batch.map((picture) => [picture.name, picture.sha256]));
      for (const { name, outcome: became } of answer.results) {
        if (became === "done") {
          outcome.done.push(name);
          outcome.digests.add(digests.get(name));
        } else {
          outcome.missing += 1;
        }
      }
      outcome.done.push(...answer.copies);
      if (!goesOn()) return;
    }
  }
}

/** A request takes so many names, and so many bytes. */
function* batches(pictures) {
  let batch = [];
  let bytes = 0;
  for (const picture of pictures) {
    const size = new TextEncoder().encode(JSON.stringify(picture.name)).length + 1;
    if (batch.length === mostNames || (batch.length > 0 && bytes + size > mostBytes)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(picture);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function tell(action, outcome, changed) {
  const { done, missing } = outcome;
  hush();
  if (missing > 0) complain(text(`moderate.${action}_missing`, { count: countText("pictures", missing) }));
  if (done.length === 0) return;
  const message = text(`moderate.${action}_done`, { count: countText("pictures", done.length) });
  const undoes = action === "delete" || (action === "block" && outcome.digests.size <= mostUnblocked);
  if (undoes) say(message, text("undo"), () => undo(action, outcome, changed));
  else say(message);
}

async function undo(action, { done, digests }, changed) {
  for (const digest of action === "block" ? digests : []) {
    try {
      await call("DELETE", `blocked/${digest}`);
    } catch (problem) {
      // Somebody else was faster: the others are still to be unblocked.
      if (problem.code !== "not-found") return complain(problem);
    }
  }
  await actAtOnce("restore", done.map((name) => ({ name })), changed);
}
