/** Rows of tables of pictures. */

import { element } from "./dom.js";
import { formatBytes, formatDate } from "./format.js";
import { text } from "./words.js";

/** The head of a table: `columns` are names of columns behind the one of the checkboxes, whose checkbox is `all`. */
export function pictureHead(all, columns) {
  const heads = columns.map((name) => element("th", { scope: "col", class: name }, text(`column.${name}`)));
  return element("thead", {}, element("tr", {}, element("th", { class: "check" }, all), heads));
}

/** What a picture is called. */
export function pictureTitle(picture) {
  return picture.original_name || picture.name;
}

/** The cell with the name, what the file is, and badges. What is in the trash has no link. */
export function nameCell(picture, badges, { isLinked = true } = {}) {
  const facts = [
    `${picture.width} × ${picture.height}, ${formatBytes(picture.size)}`,
    picture.expires && text("picture.expires", { date: formatDate(picture.expires) }),
  ];
  return element(
    "th",
    { scope: "row", class: "name" },
    isLinked
      ? element("a", { href: addressOf(picture), target: "_blank", rel: "noopener" }, pictureTitle(picture))
      : pictureTitle(picture),
    badges.filter(Boolean).map((badge) => element("span", { class: "badge" }, badge)),
    element("span", { class: "facts" }, facts.filter(Boolean).join(", "), element("br"), picture.name),
  );
}

/** The cell with a small version of it, which leads to the picture. */
export function thumbnailCell(picture) {
  const thumbnail = element("img", { src: `/thumbs/${encodeURIComponent(picture.name)}`, alt: "", loading: "lazy" });
  const link = { href: addressOf(picture), target: "_blank", rel: "noopener", tabindex: "-1", "aria-hidden": "true" };
  return element("td", { class: "picture" }, element("a", link, thumbnail));
}

/** The badge of a picture that not everybody finds. */
export function visibilityBadge(picture) {
  if (picture.visibility === "public") return null;
  return text(picture.visibility === "queued" ? "picture.queued" : "unlisted");
}

function addressOf(picture) {
  return `/images/${encodeURIComponent(picture.name)}`;
}
