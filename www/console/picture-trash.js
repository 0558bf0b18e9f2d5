/** What moderators removed: it has no link, and can be brought back for a day. */

import { call } from "./api.js";
import { element } from "./dom.js";
import { formatDate } from "./format.js";
import { nameCell } from "./picture-rows.js";
import { PictureTable } from "./picture-table.js";
import { countText, text } from "./words.js";

export async function showTrash(main) {
  const trash = new PictureTrash();
  main.append(element("p", {}, text("trash.hint")), ...trash.parts);
  await trash.load();
}

class PictureTrash extends PictureTable {
  constructor() {
    super({
      kind: "trash",
      columns: ["name", "removed", "uploader", "actions"],
      actions: { restore: "small primary", discard: "small danger" },
      atOnce: "restore",
    });
  }

  fetch(after, limit) {
    return call("GET", `trash?limit=${limit}${after ? `&after=${encodeURIComponent(after)}` : ""}`);
  }

  wholeText() {
    return text("trash.all");
  }

  countText(page, count) {
    if (count === 0) return text("trash.none");
    const shown = countText("pictures", count);
    return page.next ? text("shown_so_far", { count: shown }) : shown;
  }

  row(picture) {
    return element(
      "tr",
      {},
      this.selection.cell(picture),
      nameCell(picture, [picture.blocked && text("picture.is_blocked")], { isLinked: false }),
      element(
        "td",
        { class: "removed" },
        formatDate(picture.trashed),
        element("span", { class: "facts" }, text("trash.until", { date: formatDate(picture.gone) })),
      ),
      element("td", { class: "uploader" }, picture.address ?? "—"),
      element(
        "td",
        { class: "actions" },
        this.rowButton(picture, "restore", "small"),
        this.rowButton(picture, "discard", "small quiet danger"),
      ),
    );
  }
}
