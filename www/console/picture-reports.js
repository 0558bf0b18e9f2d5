/** The pictures that visitors reported, with their reasons. */

import { call } from "./api.js";
import { button, element } from "./dom.js";
import { formatDate } from "./format.js";
import { complain } from "./notice.js";
import { actAtOnce, actOn } from "./picture-actions.js";
import { nameCell, pictureHead, pictureTitle, thumbnailCell, visibilityBadge } from "./picture-rows.js";
import { PictureSelection } from "./picture-selection.js";
import { countText, text } from "./words.js";

const pageSize = 50;

/** How many pictures were reported. */
export async function reportedCount() {
  return (await call("GET", "reports?limit=1")).count;
}

export async function showReports(main) {
  const list = new ReportedPictures(main);
  await list.load();
}

class ReportedPictures {
  #next = null;

  constructor(main) {
    this.reload = () => this.load().catch(complain);
    this.selection = new PictureSelection(
      button(text("moderate.dismiss"), () => this.#actOnChosen("dismiss"), "small"),
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
        { class: "listing pictures reported" },
        pictureHead(this.selection.all, ["picture", "name", "reports", "uploader", "actions"]),
        this.body,
      ),
    );
    main.append(element("p", {}, text("reports.hint")), this.count, this.selection.bar, this.box, this.more);
  }

  async load() {
    const page = await this.#fetch(null);
    this.selection.reset();
    this.body.replaceChildren();
    this.box.hidden = page.pictures.length === 0;
    this.count.textContent = page.count ? countText("pictures", page.count) : text("reports.none");
    this.#show(page);
  }

  async #loadMore() {
    this.#show(await this.#fetch(this.#next));
  }

  #fetch(after) {
    return call("GET", `reports?limit=${pageSize}${after ? `&after=${encodeURIComponent(after)}` : ""}`);
  }

  #show(page) {
    this.body.append(...page.pictures.map((picture) => this.#row(picture)));
    this.#next = page.next;
    this.more.hidden = !this.#next;
  }

  async #actOnChosen(action) {
    const pictures = [...this.selection.chosen.values()];
    if (action === "dismiss") await actAtOnce(action, pictures, this.reload);
    else await actOn(action, [pictures], this.selection.count.textContent, this.reload);
    this.count.focus({ preventScroll: true });
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
      element("td", { class: "reports" }, element("ul", {}, picture.reports.map(reasonItem))),
      element("td", { class: "uploader" }, picture.address ?? "—"),
      element(
        "td",
        { class: "actions" },
        named("moderate.dismiss", () => actAtOnce("dismiss", [picture], this.reload), "small"),
        named("moderate.delete", () => one("delete"), "small"),
        named("moderate.block", () => one("block"), "small quiet danger"),
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
