/** A table of pictures that comes page by page, with checkboxes, and what can be done with those that are chosen. */

import { button, element } from "./dom.js";
import { complain } from "./notice.js";
import { actAtOnce, actOn } from "./picture-actions.js";
import { pictureHead, pictureTitle } from "./picture-rows.js";
import { PictureSelection } from "./picture-selection.js";
import { text } from "./words.js";

const pageSize = 50;
const stepSize = 500;

/** Each kind of table says what its pages are (`fetch`), and what a row is (`row`). */
export class PictureTable {
  #next = null;
  #turn = 0;
  /** Actions that are done without a question to pictures that were chosen one by one. */
  #atOnce;

  /** `actions` are what buttons do with the chosen ones, by name with the kind of each button. */
  constructor({ kind, columns, actions, atOnce }) {
    this.#atOnce = atOnce;
    this.reload = () => this.load().catch(complain);
    this.selection = new PictureSelection(
      ...Object.entries(actions).map(([action, style]) =>
        button(text(`moderate.${action}`), () => this.#actOnChosen(action), style),
      ),
    );
    this.body = element("tbody");
    this.count = element("p", { class: "facts", role: "status", tabindex: "-1" });
    this.more = button(text("more"), () => this.#loadMore().catch(complain), "", { hidden: true });
    this.box = element(
      "div",
      { class: "table-box" },
      element("table", { class: `listing pictures ${kind}` }, pictureHead(this.selection.all, columns), this.body),
    );
  }

  /** What the page consists of, from the count down. */
  get parts() {
    return [this.count, this.selection.bar, this.box, this.more];
  }

  /** Shows the table from its beginning. */
  async load() {
    const mine = ++this.#turn;
    const page = await this.firstPage(pageSize);
    // Another one has begun meanwhile.
    if (mine !== this.#turn) return;
    this.selection.reset();
    this.body.replaceChildren();
    this.box.hidden = page.pictures.length === 0;
    this.selection.offer(page.next ? this.wholeText(page) : null);
    this.#show(page);
  }

  async #loadMore() {
    const mine = this.#turn;
    const page = await this.nextPage(this.#next, pageSize);
    if (mine === this.#turn) this.#show(page);
  }

  #show(page) {
    this.body.append(...page.pictures.map((picture) => this.row(picture)));
    this.#next = page.next;
    this.more.hidden = !this.#next;
    this.count.textContent = this.countText(page, this.body.children.length) ?? this.count.textContent;
  }

  /** The first page, and those after a place: as `fetch` has them. */
  firstPage(limit) {
    return this.fetch(null, limit);
  }

  nextPage(after, limit) {
    return this.fetch(after, limit);
  }

  /** All pictures, step by step: what is done with those of one step does not change where the next begins. */
  async *#whole() {
    let after = null;
    do {
      const page = await this.fetch(after, stepSize);
      if (page.pictures.length > 0) yield page.pictures;
      after = page.next;
    } while (after);
  }

  async #actOnChosen(action) {
    const { chosen, isWhole, count } = this.selection;
    const pictures = [...chosen.values()];
    if (action === this.#atOnce && !isWhole) await actAtOnce(action, pictures, this.reload);
    else await actOn(action, isWhole ? this.#whole() : [pictures], count.textContent, this.reload);
    this.count.focus({ preventScroll: true });
  }

  /** The button of a row that does something with its picture, after a question unless it is done at once. */
  rowButton(picture, action, style) {
    const run =
      action === this.#atOnce
        ? () => actAtOnce(action, [picture], this.reload)
        : () => actOn(action, [[picture]], pictureTitle(picture), this.reload);
    const label = text(`moderate.${action}`);
    return button(label, run, style, { "aria-label": `${label}: ${pictureTitle(picture)}` });
  }
}
