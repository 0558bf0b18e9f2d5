/** A text to be copied, with its button. */

import "/assets/copy.js";
import { element, freshId } from "./dom.js";
import { text } from "./words.js";

export function copyRow(label, value, attributes = {}) {
  const id = freshId();
  return element(
    "div",
    { class: "copy-row", "data-copied": text("copied"), "data-copy-failed": text("copy_failed") },
    element("label", { for: id }, label),
    element("input", { id, readonly: true, value, ...attributes }),
    element("button", { type: "button", "data-copy": true }, text("copy")),
  );
}
