/** The pictures that visitors reported, with their reasons. */

import { call } from "./api.js";
import { element } from "./dom.js";
import { formatDate } from "./format.js";
import { nameCell, thumbnailCell, visibilityBadge } from "./picture-rows.js";
import { PictureTable } from "./picture-table.js";
import { countText, text } from "./words.js";

/** How many pictures were reported. */
export async function reportedCount() {
  return (await call("GET", "reports?limit=1")).count;
}

export async function showReports(main) {
  const list = new ReportedPictures();
  main.append(element("p", {}, text("reports.hint")), ...list.parts);
  await list.load();
}

class ReportedPictures extends PictureTable {
  constructor() {
    super({
      kind: "reported",
      columns: ["picture", "name", "reports", "uploader", "actions"],
      actions: { dismiss: "small", delete: "small danger", block: "small danger" },
      atOnce: "dismiss",
    });
  }

  fetch(after, limit) {
    return call("GET", `reports?limit=${limit}${after ? `&after=${encodeURIComponent(after)}` : ""}`);
  }

  wholeText(page) {
    return countText("pictures", page.count);
  }

  countText(page) {
    return page.count ? countText("pictures", page.count) : text("reports.none");
  }

  row(picture) {
    return element(
      "tr",
      {},
      this.selection.cell(picture),
      thumbnailCell(picture),
      nameCell(picture, [visibilityBadge(picture)]),
      element("td", { class: "reports" }, element("ul", {}, picture.reports.map(reasonItem))),
      element("td", { class: "uploader" }, picture.address ?? "—"),
      element(
        "td",
        { class: "actions" },
        this.rowButton(picture, "dismiss", "small"),
        this.rowButton(picture, "delete", "small"),
        this.rowButton(picture, "block", "small quiet danger"),
      ),
    );
  }
}

function reasonItem(report) {
  return element(
    "li",
    {},
    element("span", { class: "reason" }, report.reason),
    element("span", { class: "facts" }, `${formatDate(report.reported)}, ${report.address}`),
  );
}
