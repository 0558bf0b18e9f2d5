/** A list of pictures that is searched: each can be approved, deleted and blocked, and so can many at once. */

import { call } from "./api.js";
import { button, element } from "./dom.js";
import { formatBytes, formatDate, formatNumber } from "./format.js";
import { complain } from "./notice.js";
import { actAtOnce, actOn } from "./picture-actions.js";
import { nameCell, pictureHead, pictureTitle, thumbnailCell, visibilityBadge } from "./picture-rows.js";
import { PictureSearch } from "./picture-search.js";
import { PictureSelection } from "./picture-selection.js";
import { countText, text } from "./words.js";

const pageSize = 50;
const stepSize = 500;
/** The interface counts no further. */
const mostCounted = 10_000;

/** `fixed` are conditions that hold for the whole page. */
export async function showPictures(main, fixed = {}) {
  const list = new PictureList(main, fixed);
  await list.load();
}

class PictureList {
  #next = null;
  #turn = 0;

  constructor(main, fixed) {
    this.reload = () => this.load().catch(complain);
    this.search = new PictureSearch(this.reload, fixed);
    this.selection = new PictureSelection(
      button(text("moderate.approve"), () => this.#actOnChosen("approve"), "small"),
      button(text("moderate.delete"), () => this.#actOnChosen("delete"), "small danger"),
      button(text("moderate.block"), () => this.#actOnChosen("block"), "small danger"),
    );
    this.body = element("tbody");
    this.count = element("p", { class: "facts", role: "status", tabindex: "-1" });
    this.more = button(text("more"), () => this.#loadMore().catch(complain), "", { hidden: true });
    this.box = element(
      "div",
      { class: "table-box" },
      element(
        "table",
        { class: "listing pictures" },
        pictureHead(this.selection.all, ["picture", "name", "uploaded", "uploader", "actions"]),
        this.body,
      ),
    );
    main.append(this.search.form, this.count, this.selection.bar, this.box, this.more);
  }

  /** Shows the list from its beginning. */
  async load() {
    const mine = ++this.#turn;
    const page = await this.#fetchSome(null);
    // Another search has begun meanwhile.
    if (mine !== this.#turn) return;
    this.selection.reset();
    this.body.replaceChildren();
    this.count.textContent = this.#countText(page);
    this.box.hidden = page.pictures.length === 0;
    this.selection.offer(page.next ? countOf(page.found) : null);
    this.#show(page);
  }

  async #loadMore() {
    const mine = this.#turn;
    const page = await this.#fetchSome(this.#next);
    if (mine === this.#turn) this.#show(page);
  }

  /** A page with something on it, unless that was all: a search may reach its end in steps that find nothing. */
  async #fetchSome(after) {
    const first = await this.#fetch(after, pageSize);
    let page = first;
    while (page.pictures.length === 0 && page.next) page = await this.#fetch(page.next, pageSize);
    return { ...page, found: first.found };
  }

  #fetch(after, limit) {
    const parameters = this.search.parameters;
    parameters.set("limit", limit);
    if (after) parameters.set("after", after);
    return call("GET", `pictures?${parameters}`);
  }

  #show(page) {
    this.body.append(...page.pictures.map((picture) => this.#row(picture)));
    this.#next = page.next;
    this.more.hidden = !this.#next;
  }

  #countText(page) {
    if (this.search.isEmpty && !this.search.parameters.has("visibility")) {
      return page.count ? `${countText("pictures", page.count)}, ${formatBytes(page.bytes)}` : text("pictures.none");
    }
    return page.pictures.length === 0 ? text("search.nothing") : text("search.found", { count: countOf(page.found) });
  }

  // What is done with pictures.

  async #actOnChosen(action) {
    const { chosen, isWhole } = this.selection;
    const pictures = [...chosen.values()];
    if (!isWhole && action === "approve") await actAtOnce(action, pictures, this.reload);
    else await actOn(action, isWhole ? this.#wholeSearch() : [pictures], this.selection.count.textContent, this.reload);
    this.count.focus({ preventScroll: true });
  }

  /** All that the search finds, step by step: what is done with those of one step does not change where the next begins. */
  async *#wholeSearch() {
    let after = null;
    do {
      const page = await this.#fetch(after, stepSize);
      if (page.pictures.length > 0) yield page.pictures;
      after = page.next;
    } while (after);
  }

  #row(picture) {
    const named = (label, action, kind) =>
      button(text(label), action, kind, { "aria-label": `${text(label)}: ${pictureTitle(picture)}` });
    const one = (action) => actOn(action, [[picture]], pictureTitle(picture), this.reload);
    return element(
      "tr",
      {},
      this.selection.cell(picture),
      thumbnailCell(picture),
      nameCell(picture, [visibilityBadge(picture)]),
      element("td", { class: "uploaded" }, formatDate(picture.uploaded)),
      element("td", { class: "uploader" }, this.#uploader(picture)),
      element(
        "td",
        { class: "actions" },
        picture.visibility === "queued" &&
          named("moderate.approve", () => actAtOnce("approve", [picture], this.reload), "small"),
        named("moderate.delete", () => one("delete"), "small"),
        named("moderate.block", () => one("block"), "small quiet danger"),
      ),
    );
  }

  /** The address leads to all that came from there. */
  #uploader(picture) {
    if (!picture.address) return "—";
    const look = () => this.search.set(new URLSearchParams({ address: picture.address }));
    return button(picture.address, look, "link", { "aria-label": text("search.of_address", { address: picture.address }) });
  }
}

/** A count in words, which is no greater than what the interface counts. */
function countOf(found) {
  const count = countText("pictures", found);
  return found < mostCounted ? count : text("search.at_least", { count: formatNumber(mostCounted) });
}
