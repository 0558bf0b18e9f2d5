/**
 * Copy buttons, on static pages and on those made by the server:
 *
 *   <main data-copied="Copied" data-copy-failed="Press Ctrl+C"> …
 *     <div class="copy-row">
 *       <label for="direct">Direct link</label>
 *       <input id="direct" readonly value="http://…">
 *       <button type="button" data-copy>Copy</button>
 *     </div>
 *
 * `data-copy` without a value copies the field or the `code` of the same `.copy-row`; with one, that value.
 * The button then shows for a moment what its nearest ancestor has as `data-copied`, or as `data-copy-failed`
 * where the browser refused; in that case the text is left selected.
 */

import { announce } from "./announce.js";

const shownFor = 2000;
const pendingResets = new WeakMap();

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const field = button.closest(".copy-row")?.querySelector("input, code");
  const copied = await copyText(button.dataset.copy || (field?.value ?? field?.innerText ?? ""));
  if (!copied && field) selectContents(field);
  showOutcome(button, copied);
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches(".copy-row input[readonly]")) event.target.select();
});

/** Whether the text reached the clipboard. Browsers offer `navigator.clipboard` on https and localhost only. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text) {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return copied;
}

function selectContents(field) {
  if (field.select) {
    field.focus();
    field.select();
  } else {
    getSelection().selectAllChildren(field);
  }
}

function showOutcome(button, copied) {
  const wordings = button.closest("[data-copied]")?.dataset;
  const message = copied ? wordings?.copied : wordings?.copyFailed;
  if (!message) return;
  announce(message);
  const pending = pendingResets.get(button);
  clearTimeout(pending?.timer);
  const label = pending?.label ?? [...button.childNodes];
  button.replaceChildren(message);
  button.classList.toggle("copied", copied);
  const timer = setTimeout(() => {
    button.replaceChildren(...label);
    button.classList.remove("copied");
    pendingResets.delete(button);
  }, shownFor);
  pendingResets.set(button, { label, timer });
}
