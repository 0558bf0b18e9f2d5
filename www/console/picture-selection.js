/**
 * Which pictures of a table are chosen: by checkbox one by one, with Shift all from the last one on, all that are shown, or
 * all that a search finds.
 */

import { button, element } from "./dom.js";
import { pictureTitle } from "./picture-rows.js";
import { countText, text } from "./words.js";

export class PictureSelection {
  /** The pictures that are chosen, by name. */
  chosen = new Map();
  /** Whether all are meant that the search finds, shown or not. */
  isWhole = false;
  #boxes = new Map();
  #actions;
  #found = null;
  /** The picture that was chosen last, from which Shift goes on. */
  #last = null;
  #isShift = false;

  /** `actions` are buttons that do something with what is chosen; `found` says how many pictures there are to be chosen. */
  constructor(...actions) {
    this.#actions = element("span", { class: "actions" }, actions);
    this.count = element("span", { role: "status" });
    this.whole = button("", () => this.chooseWhole(), "small");
    this.none = button(text("selection.none"), () => this.clear(), "small");
    this.bar = element("div", { class: "selection-bar" }, this.count, this.whole, this.none, this.#actions);
    this.all = element("input", {
      type: "checkbox",
      "aria-label": text("select_all"),
      change: () => this.#chooseShown(this.all.checked),
    });
    this.#show();
  }

  /** How many pictures the search finds, in words, where there are more than are shown; null for no such offer. */
  offer(found) {
    this.#found = found;
    this.#show();
  }

  /** The cell with the checkbox of a picture. */
  cell(picture) {
    const box = element("input", {
      type: "checkbox",
      value: picture.name,
      "aria-label": text("select", { name: pictureTitle(picture) }),
      click: (event) => (this.#isShift = event.shiftKey),
      change: () => this.#choose(picture.name, box.checked),
    });
    box.checked = this.isWhole;
    if (this.isWhole) this.chosen.set(picture.name, picture);
    this.#boxes.set(picture.name, { box, picture });
    this.#show();
    return element("td", { class: "check" }, box);
  }

  /** Chooses all that the search finds. */
  chooseWhole() {
    this.#chooseShown(true);
    this.isWhole = true;
    this.#show();
    // The button that had the focus is gone.
    this.#actions.querySelector("button:not([hidden])")?.focus();
  }

  clear() {
    this.#chooseShown(false);
  }

  /** Forgets all rows. */
  reset() {
    this.#boxes.clear();
    this.#last = null;
    this.chosen.clear();
    this.isWhole = false;
    this.#show();
  }

  #choose(name, isChosen) {
    const names = [...this.#boxes.keys()];
    const ends = [names.indexOf(name), this.#isShift ? names.indexOf(this.#last) : -1];
    const first = ends[1] < 0 ? ends[0] : Math.min(...ends);
    this.#set(names.slice(first, Math.max(...ends) + 1), isChosen);
    this.#last = name;
  }

  #chooseShown(isChosen) {
    this.#set(this.#boxes.keys(), isChosen);
  }

  #set(names, isChosen) {
    this.isWhole = false;
    for (const name of names) {
      const { box, picture } = this.#boxes.get(name);
      box.checked = isChosen;
      if (isChosen) this.chosen.set(name, picture);
      else this.chosen.delete(name);
    }
    this.#show();
  }

  #show() {
    const count = this.chosen.size;
    this.all.checked = count > 0 && count === this.#boxes.size;
    this.all.indeterminate = count > 0 && !this.all.checked;
    this.count.textContent = this.isWhole
      ? text("selection.whole", { count: this.#found })
      : countText("selected", count);
    this.#actions.hidden = count === 0;
    this.none.hidden = count === 0;
    this.whole.hidden = this.#found === null || this.isWhole;
    this.whole.textContent = text("selection.choose_whole", { count: this.#found });
    this.bar.hidden = count === 0 && this.whole.hidden;
  }
}
