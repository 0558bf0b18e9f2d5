/** The rows of a folder: folders and objects, each with what can be done with it. */

import { folderAddress } from "./addresses.js";
import { attachment } from "./attachment.js";
import { button, element } from "./dom.js";
import { formatBytes, formatDate } from "./format.js";
import { showDetails } from "./object-details.js";
import { askForLink } from "./link-dialog.js";
import { linkAddress, publicAddress } from "./s3.js";
import { deleteNames, rename } from "./selection.js";
import { text } from "./words.js";

export function folderRow(view, folder) {
  const name = folder.slice(view.prefix.length);
  return element(
    "tr",
    {},
    selector(view, folder, name),
    element("th", { scope: "row", class: "name folder" }, element("a", { href: folderAddress(view.bucket, folder) }, name)),
    element("td", { class: "size number" }, ""),
    element("td", { class: "modified" }, ""),
    element(
      "td",
      { class: "actions" },
      menu(name, () => [
        element(
          "a",
          { class: "button small quiet", download: true, href: linkAddress(view.bucket, folder, { archive: "zip" }) },
          text("folder.zip"),
        ),
        button(text("rename"), () => rename(view, folder), "small quiet"),
        button(text("delete"), () => deleteNames(view, [folder]), "small quiet danger"),
      ]),
    ),
  );
}

export function objectRow(view, object) {
  const name = object.key.slice(view.prefix.length);
  const address = () => linkAddress(view.bucket, object.key, { "response-content-disposition": attachment(name) });
  return element(
    "tr",
    {},
    selector(view, object.key, name),
    element(
      "th",
      { scope: "row", class: "name" },
      button(name, () => showDetails(view, object), "link"),
    ),
    element("td", { class: "size number" }, formatBytes(object.size)),
    element("td", { class: "modified" }, formatDate(object.modified)),
    element(
      "td",
      { class: "actions" },
      menu(name, () => [
        element("a", { class: "button small quiet", download: true, href: address() }, text("download")),
        element(
          "button",
          { type: "button", class: "small quiet", "data-copy": publicAddress(view.bucket, object.key) },
          text("link.copy"),
        ),
        button(text("link.temporary"), () => askForLink(view.bucket, object.key), "small quiet"),
        button(text("rename"), () => rename(view, object.key), "small quiet"),
        button(text("delete"), () => deleteNames(view, [object.key]), "small quiet danger"),
      ]),
    ),
  );
}

function selector(view, key, name) {
  const box = element("input", {
    type: "checkbox",
    value: key,
    "aria-label": text("select", { name }),
    change: () => view.select(key, box.checked),
  });
  return element("td", { class: "check" }, box);
}

/** The actions of a row, behind one button; they are made when it is pressed, for there may be thousands of rows. */
function menu(name, actions) {
  const opener = button("⋯", () => openMenu(opener, actions()), "small quiet opener", {
    "aria-label": text("actions_of", { name }),
    "aria-haspopup": "true",
  });
  return opener;
}

function openMenu(opener, actions) {
  const popover = element("div", { popover: "auto", class: "menu", click: () => popover.hidePopover() }, actions);
  popover.addEventListener("toggle", (event) => event.newState === "closed" && popover.remove());
  opener.after(popover);
  popover.showPopover();
  const place = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  // Below its button, or above where there is no room.
  const top = place.bottom + height > innerHeight ? place.top - height : place.bottom;
  popover.style.top = `${Math.max(0, top)}px`;
  popover.style.left = `${Math.max(0, place.right - width)}px`;
  actions[0].focus();
}
