/** The pictures of the image host: all of them, those that wait for approval, the trash, and those that are blocked. */

import { element } from "./dom.js";
import { showBlocked } from "./picture-blocked.js";
import { showPictures } from "./picture-list.js";
import { showTrash } from "./picture-trash.js";
import { text } from "./words.js";

const views = [
  ["", "#/pictures", "pictures.all", showPictures],
  ["queue", "#/pictures/queue", "pictures.queue", (main) => showPictures(main, { visibility: "queued" })],
  ["trash", "#/pictures/trash", "pictures.trash", showTrash],
  ["blocked", "#/pictures/blocked", "pictures.blocked", showBlocked],
];

export async function picturesPage(main, [here = ""] = []) {
  const [, , , show] = views.find(([name]) => name === here) ?? views[0];
  const links = views.map(([name, href, label]) =>
    element("a", { href, "aria-current": name === here && "page" }, text(label)),
  );
  main.append(
    element("div", { class: "page-head" }, element("h1", {}, text("nav.pictures"))),
    element("nav", { class: "tabs", "aria-label": text("nav.pictures") }, links),
  );
  return show(main);
}
