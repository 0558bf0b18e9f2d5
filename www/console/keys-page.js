/** Access keys: making, disabling and removing them, and what each may do. */

import { call } from "./api.js";
import { ask } from "./dialog.js";
import { button, element } from "./dom.js";
import { formatDate } from "./format.js";
import { changePolicy, makeKey } from "./key-dialogs.js";
import { complain, say } from "./notice.js";
import { text } from "./words.js";

export async function keysPage(main) {
  const list = element("div", { class: "table-box" });
  const refresh = async () => showKeys(list, (await call("GET", "keys")).keys, refresh);
  main.append(
    element(
      "div",
      { class: "page-head" },
      element("h1", {}, text("nav.keys")),
      button(text("key.make"), () => makeKey(refresh), "primary"),
    ),
    element("p", { class: "facts" }, text("key.hint")),
    list,
  );
  await refresh();
}

function showKeys(list, keys, refresh) {
  if (keys.length === 0) return list.replaceChildren(element("p", { class: "empty" }, text("key.none")));
  const heads = ["name", "rights", "created", "actions"].map((name) =>
    element("th", { scope: "col", class: name }, text(`column.${name}`)),
  );
  list.replaceChildren(
    element(
      "table",
      { class: "listing keys" },
      element("thead", {}, element("tr", {}, heads)),
      element("tbody", {}, keys.map((key) => keyRow(key, refresh))),
    ),
  );
}

function keyRow(key, refresh) {
  return element(
    "tr",
    { class: key.disabled ? "disabled" : null },
    element(
      "th",
      { scope: "row", class: "name" },
      element("code", {}, key.name),
      key.disabled && element("span", { class: "badge" }, text("key.disabled")),
    ),
    element("td", { class: "rights" }, text(key.policy ? "key.has_policy" : "key.usual_rights")),
    element("td", { class: "created" }, formatDate(key.created)),
    element(
      "td",
      { class: "actions" },
      button(text("key.policy"), () => changePolicy(key, refresh), "small"),
      button(text(key.disabled ? "key.enable" : "key.disable"), () => toggle(key, refresh), "small"),
      button(text("remove"), () => remove(key, refresh), "small quiet danger", {
        "aria-label": `${text("remove")}: ${key.name}`,
      }),
    ),
  );
}

async function toggle(key, refresh) {
  try {
    await call("PUT", `keys/${encodeURIComponent(key.name)}`, { disabled: !key.disabled });
    await refresh();
  } catch (problem) {
    complain(problem);
  }
}

async function remove(key, refresh) {
  const removed = await ask(text("key.remove", { name: key.name }), [element("p", {}, text("key.remove_hint"))], {
    confirm: text("remove"),
    danger: true,
    action: () => call("DELETE", `keys/${encodeURIComponent(key.name)}`),
  });
  if (!removed) return;
  say(text("key.removed", { name: key.name }));
  await refresh();
}
