/** Photo folders with their sizes and their archives, and how many downloads are under way. */

import { call } from "./api.js";
import { button, element } from "./dom.js";
import { formatBytes, formatNumber } from "./format.js";
import { complain } from "./notice.js";
import { countText, text } from "./words.js";

const every = 5000;

export async function foldersPage(main) {
  const view = { next: "" };
  view.body = element("tbody");
  view.count = element("p", { class: "facts", role: "status" });
  const transfers = element("p", { class: "facts" });
  view.more = button(text("more"), () => load(view).catch(complain), "", { hidden: true });
  const heads = ["name", "files", "size", "actions"].map((name) =>
    element("th", { scope: "col", class: name }, text(`column.${name}`)),
  );
  main.append(
    element("div", { class: "page-head" }, element("h1", {}, text("nav.folders"))),
    view.count,
    transfers,
    element(
      "div",
      { class: "table-box" },
      element("table", { class: "listing folders" }, element("thead", {}, element("tr", {}, heads)), view.body),
    ),
    view.more,
  );
  const look = async () => {
    const { archives_active: active } = await call("GET", "state");
    transfers.textContent = text("folders.active", { count: formatNumber(active) });
  };
  await Promise.all([load(view), look()]);
  const timer = setInterval(() => look().catch(() => {}), every);
  return () => clearInterval(timer);
}

async function load(view) {
  const page = await call("GET", `folders?after=${encodeURIComponent(view.next ?? "")}`);
  view.body.append(...page.folders.map(folderRow));
  view.next = page.next;
  view.more.hidden = !view.next;
  view.count.textContent = page.count ? countText("folders", page.count) : text("folders.none");
}

function folderRow(folder) {
  const address = `/archive/${encodeURIComponent(folder.name)}/`;
  return element(
    "tr",
    {},
    element("th", { scope: "row", class: "name" }, element("code", {}, folder.name)),
    element("td", { class: "files number" }, folder.files === null ? "—" : formatNumber(folder.files)),
    element("td", { class: "size number" }, folder.bytes === null ? "—" : formatBytes(folder.bytes)),
    element(
      "td",
      { class: "actions" },
      element("button", { type: "button", class: "small", "data-copy": new URL(address, location).href }, text("link.copy")),
      element("a", { class: "button small", href: address, download: true }, text("folder.zip")),
    ),
  );
}
