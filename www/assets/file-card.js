/** The card of one file: what it looks like, how far it is, what can be done about it. */

import { embedCodes, pageOf } from "./embed-codes.js";
import { formatBytes, formatSpeed } from "./format.js";
import { text } from "./text.js";

/** Which buttons a state offers. */
const buttons = {
  checking: ["cancel"],
  queued: ["cancel"],
  sending: ["cancel"],
  processing: ["cancel"],
  paused: ["cancel", "retry"],
  failed: ["retry", "remove"],
  cancelled: ["retry", "remove"],
  refused: ["remove"],
  done: [],
};

export class FileCard {
  #parts = {};
  #preview;

  /** `actions` has a function for each button, called with the upload. */
  constructor(upload, template, actions) {
    this.element = template.content.firstElementChild.cloneNode(true);
    for (const part of this.element.querySelectorAll("[data-part]")) this.#parts[part.dataset.part] = part;
    for (const [name, action] of Object.entries(actions)) {
      this.#parts[name].addEventListener("click", () => action(upload));
    }
    this.#parts.name.textContent = upload.file.name;
    this.#parts.size.textContent = formatBytes(upload.file.size);
    this.#showPreview(upload.file);
  }

  show(upload) {
    this.element.dataset.state = upload.state;
    for (const name of ["cancel", "retry", "remove"]) this.#parts[name].hidden = !buttons[upload.state].includes(name);
    this.#showProgress(upload);
    this.#showProblem(upload);
    if (upload.state === "done") this.#showResult(upload.image);
    else this.#showState(upload);
    this.#keepFocus();
  }

  remove() {
    URL.revokeObjectURL(this.#preview);
    this.element.remove();
  }

  /** A button that has just been hidden hands the keyboard to the next one. */
  #keepFocus() {
    const focused = document.activeElement;
    if (focused.hidden && this.element.contains(focused)) this.element.querySelector("button:not([hidden])")?.focus();
  }

  #showPreview(file) {
    const image = this.#parts.preview;
    this.#preview = URL.createObjectURL(file);
    image.addEventListener("error", () => image.remove());
    image.src = this.#preview;
  }

  #showProgress({ state, fraction, file }) {
    const bar = this.#parts.progress;
    bar.hidden = !["queued", "sending", "processing", "paused"].includes(state);
    bar.value = fraction ?? 0;
    bar.setAttribute("aria-label", file.name);
  }

  #showState({ state, file, fraction, bytesPerSecond, pause }) {
    const line = this.#parts.state;
    if (state === "sending" && fraction > 0) {
      const sent = text("state.sent", { sent: formatBytes(fraction * file.size), total: formatBytes(file.size) });
      line.textContent = bytesPerSecond ? `${sent} · ${formatSpeed(bytesPerSecond)}` : sent;
    } else {
      line.textContent = text(`state.${state}`, { seconds: pause });
    }
  }

  #showProblem({ state, problem }) {
    const shown = problem && ["refused", "failed", "paused"].includes(state);
    this.#parts.problem.hidden = !shown;
    this.#parts.detail.hidden = !shown || !problem.detail;
    if (!shown) return;
    this.#parts.problem.textContent = problemText(problem);
    this.#parts.detail.textContent = problem.detail ?? "";
  }

  #showResult(image) {
    const codes = embedCodes(image);
    this.#parts.state.textContent = text("state.done");
    this.#parts.result.hidden = false;
    this.#parts.link.value = codes.link;
    for (const kind of ["html", "markdown", "bbcode"]) this.#parts[kind].dataset.copy = codes[kind];
    this.#parts.page.href = pageOf(image);
    this.#parts.erase.href = image.delete_url;
    this.#parts.size.textContent = `${image.width} × ${image.height} · ${formatBytes(image.size)}`;
  }
}

/** The problem in words; sizes in it are written as the language does. */
export function problemText({ key, values, bytes = {} }) {
  const sizes = Object.entries(bytes).map(([name, size]) => [name, formatBytes(size)]);
  return text(key, { ...values, ...Object.fromEntries(sizes) });
}
