/** What moderators removed: it has no link, and can be brought back for a day. */

import { call } from "./api.js";
import { button, element } from "./dom.js";
import { formatDate } from "./format.js";
import { complain } from "./notice.js";
import { actAtOnce, actOn } from "./picture-actions.js";
import { nameCell, pictureHead, pictureTitle } from "./picture-rows.js";
import { PictureSelection } from "./picture-selection.js";
import { countText, text } from "./words.js";

const pageSize = 50;
const stepSize = 500;

export async function showTrash(main) {
  const trash = new PictureTrash(main);
  await trash.load();
}

class PictureTrash {
  #next = null;

  constructor(main) {
    this.reload = () => this.load().catch(complain);
    this.selection = new PictureSelection(
      button(text("moderate.restore"), () => this.#actOnChosen("restore"), "small primary"),
      button(text("moderate.discard"), () => this.#actOnChosen("discard"), "small danger"),
    );
    this.body = element("tbody");
    this.count = element("p", { class: "facts", role: "status", tabindex: "-1" });
    this.more = button(text("more"), () => this.#loadMore().catch(complain), "", { hidden: true });
    this.box = element(
      "div",
      { class: "table-box" },
      element(
        "table",
        { class: "listing pictures trash" },
        pictureHead(this.selection.all, ["name", "removed", "uploader", "actions"]),
        this.body,
      ),
    );
    main.append(element("p", {}, text("trash.hint")), this.count, this.selection.bar, this.box, this.more);
  }

  async load() {
    const page = await this.#fetch(null, pageSize);
    this.selection.reset();
    this.body.replaceChildren();
    this.box.hidden = page.pictures.length === 0;
    this.selection.offer(page.next ? text("trash.all") : null);
    this.#show(page);
  }

  async #loadMore() {
    this.#show(await this.#fetch(this.#next, pageSize));
  }

  #fetch(after, limit) {
    return call("GET", `trash?limit=${limit}${after ? `&after=${encodeURIComponent(after)}` : ""}`);
  }

  #show(page) {
    this.body.append(...page.pictures.map((picture) => this.#row(picture)));
    this.#next = page.next;
    this.more.hidden = !this.#next;
    const count = this.body.children.length;
    const shown = countText("pictures", count);
    if (count === 0) this.count.textContent = text("trash.none");
    else this.count.textContent = this.#next ? text("shown_so_far", { count: shown }) : shown;
  }

  async #actOnChosen(action) {
    const { chosen, isWhole, count } = this.selection;
    const pictures = [...chosen.values()];
    if (action === "restore" && !isWhole) await actAtOnce(action, pictures, this.reload);
    else await actOn(action, isWhole ? this.#whole() : [pictures], count.textContent, this.reload);
    this.count.focus({ preventScroll: true });
  }

  async *#whole() {
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
        named("moderate.restore", () => actAtOnce("restore", [picture], this.reload), "small"),
        named(
          "moderate.discard",
          () => actOn("discard", [[picture]], pictureTitle(picture), this.reload),
          "small quiet danger",
        ),
      ),
    );
  }
}
