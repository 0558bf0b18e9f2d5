/**
 * The pictures of the image host: all of them, those that wait for approval, those that visitors reported, the trash, and
 * those that are blocked.
 */

import { element } from "./dom.js";
import { showBlocked } from "./picture-blocked.js";
import { showPictures } from "./picture-list.js";
import { reportedCount, showReports } from "./picture-reports.js";
import { showTrash } from "./picture-trash.js";
import { text } from "./words.js";

const views = [
  ["", "#/pictures", "pictures.all", showPictures],
  ["queue", "#/pictures/queue", "pictures.queue", (main) => showPictures(main, { visibility: "queued" })],
  ["reports", "#/pictures/reports", "pictures.reports", showReports],
  ["trash", "#/pictures/trash", "pictures.trash", showTrash],
  ["blocked", "#/pictures/blocked", "pictures.blocked", showBlocked],
];

export async function picturesPage(main, [here = ""] = []) {
  const reported = element("span", { class: "badge", hidden: true });
  const [, , , show] = views.find(([name]) => name === here) ?? views[0];
  const links = views.map(([name, href, label]) =>
    element("a", { href, "aria-current": name === here && "page" }, text(label), name === "reports" && reported),
  );
  main.append(
    element("div", { class: "page-head" }, element("h1", {}, text("nav.pictures"))),
    element("nav", { class: "tabs", "aria-label": text("nav.pictures") }, links),
  );
  // How many there are, nobody waits for.
  reportedCount().then(
    (count) => {
      reported.textContent = count;
      reported.hidden = count === 0;
    },
    () => {},
  );
  return show(main);
}
