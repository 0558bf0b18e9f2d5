/** app.log as it grows: the newest lines, as long as the page is open and nobody stops it. */

import { call } from "./api.js";
import { checkbox, element } from "./dom.js";
import { text } from "./words.js";

const every = 2000;
const shownLines = 500;

export class LogView {
  #after = "";
  #timer = 0;

  constructor() {
    this.lines = element("ol", { class: "log", tabindex: "0", "aria-label": "app.log" });
    this.follow = checkbox(text("log.follow"), { checked: true, change: () => this.follow.input.checked && this.#look() });
    this.section = element(
      "section",
      { class: "card" },
      element("div", { class: "page-head" }, element("h2", {}, text("log.heading")), this.follow.row),
      this.lines,
    );
  }

  /** Shows the newest lines, and goes on. */
  async start() {
    await this.#read();
    this.#timer = setInterval(() => this.follow.input.checked && !document.hidden && this.#look(), every);
  }

  stop() {
    clearInterval(this.#timer);
  }

  #look() {
    this.#read().catch(() => {});
  }

  async #read() {
    const tail = await call("GET", `log${this.#after ? `?after=${encodeURIComponent(this.#after)}` : ""}`);
    this.#after = tail.next;
    if (tail.restarted) this.lines.replaceChildren();
    if (tail.lines.length === 0) return;
    const atEnd = this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < 8;
    this.lines.append(...tail.lines.slice(-shownLines).map((line) => element("li", {}, line)));
    while (this.lines.children.length > shownLines) this.lines.firstChild.remove();
    if (atEnd || tail.restarted) this.lines.scrollTop = this.lines.scrollHeight;
  }
}
