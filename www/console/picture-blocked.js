/** The pictures that are not taken any more, by the SHA-256 of their bytes. */

import { call } from "./api.js";
import { button, element } from "./dom.js";
import { formatDate } from "./format.js";
import { complain, say } from "./notice.js";
import { text } from "./words.js";

export async function showBlocked(main) {
  const list = element("div");
  main.append(element("p", {}, text("picture.blocked_hint")), list);
  await load(list);
}

async function load(list) {
  const { blocked } = await call("GET", "blocked");
  if (blocked.length === 0) return list.replaceChildren(element("p", { class: "empty" }, text("picture.blocked_none")));
  const heads = ["name", "blocked", "actions"].map((name) => element("th", { scope: "col", class: name }, text(`column.${name}`)));
  list.replaceChildren(
    element(
      "div",
      { class: "table-box" },
      element(
        "table",
        { class: "listing blocked" },
        element("thead", {}, element("tr", {}, heads)),
        element("tbody", {}, blocked.map((entry) => row(list, entry))),
      ),
    ),
  );
}

function row(list, entry) {
  const digest = `${entry.sha256.slice(0, 16)}…`;
  return element(
    "tr",
    {},
    element(
      "th",
      { scope: "row", class: "name" },
      entry.name || "—",
      element("span", { class: "facts" }, element("code", { title: entry.sha256 }, digest)),
    ),
    element("td", { class: "created" }, formatDate(entry.blocked)),
    element(
      "td",
      { class: "actions" },
      button(text("picture.unblock"), () => unblock(list, entry.sha256), "small", {
        "aria-label": `${text("picture.unblock")}: ${entry.name || digest}`,
      }),
    ),
  );
}

async function unblock(list, sha256) {
  try {
    await call("DELETE", `blocked/${sha256}`);
    say(text("picture.unblocked"));
    await load(list);
  } catch (problem) {
    complain(problem);
  }
}
