/** A list of pictures that is searched: each can be approved, deleted and blocked, and so can many at once. */

import { call } from "./api.js";
import { button, element } from "./dom.js";
import { formatBytes, formatDate, formatNumber } from "./format.js";
import { nameCell, thumbnailCell, visibilityBadge } from "./picture-rows.js";
import { PictureSearch } from "./picture-search.js";
import { PictureTable } from "./picture-table.js";
import { countText, text } from "./words.js";

/** The interface counts no further. */
const mostCounted = 10_000;

/** `fixed` are conditions that hold for the whole page. */
export async function showPictures(main, fixed = {}) {
  const list = new PictureList(fixed);
  main.append(list.search.form, ...list.parts);
  await list.load();
}

class PictureList extends PictureTable {
  constructor(fixed) {
    super({
      kind: "searched",
      columns: ["picture", "name", "uploaded", "uploader", "actions"],
      actions: { approve: "small", delete: "small danger", block: "small danger" },
      atOnce: "approve",
    });
    this.search = new PictureSearch(this.reload, fixed);
  }

  fetch(after, limit) {
    const parameters = this.search.parameters;
    parameters.set("limit", limit);
    if (after) parameters.set("after", after);
    return call("GET", `pictures?${parameters}`);
  }

  async firstPage(limit) {
    const first = await this.fetch(null, limit);
    return { ...(await this.#behindEmptyPages(first, limit)), found: first.found };
  }

  async nextPage(after, limit) {
    return this.#behindEmptyPages(await this.fetch(after, limit), limit);
  }

  /** A page with something on it, unless that was all: a search may reach its end in steps that find nothing. */
  async #behindEmptyPages(page, limit) {
    while (page.pictures.length === 0 && page.next) page = await this.fetch(page.next, limit);
    return page;
  }

  wholeText(page) {
    return countOf(page.found);
  }

  /** Only the first page of a search says how many there are. */
  countText(page, count) {
    if (this.search.isEmpty && !this.search.parameters.has("visibility")) {
      return page.count ? `${countText("pictures", page.count)}, ${formatBytes(page.bytes)}` : text("pictures.none");
    }
    if (count === 0) return text("search.nothing");
    return typeof page.found === "number" ? text("search.found", { count: countOf(page.found) }) : null;
  }

  row(picture) {
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
        picture.visibility === "queued" && this.rowButton(picture, "approve", "small"),
        this.rowButton(picture, "delete", "small"),
        this.rowButton(picture, "block", "small quiet danger"),
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
