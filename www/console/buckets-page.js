/** All buckets of the account: how much they hold, who may see them; making, emptying and deleting them. */

import { call } from "./api.js";
import { ask } from "./dialog.js";
import { button, element, field } from "./dom.js";
import { formatBytes, formatDate } from "./format.js";
import { complain, say } from "./notice.js";
import { createBucket, deleteBucket, deleteObjects, keysUnder, listBuckets } from "./objects.js";
import { folderAddress, settingsAddress } from "./addresses.js";
import { isOperator } from "./session.js";
import { countText, text } from "./words.js";

export async function bucketsPage(main) {
  const list = element("div", { class: "table-box" });
  main.append(
    element(
      "div",
      { class: "page-head" },
      element("h1", {}, text("nav.buckets")),
      button(text("bucket.make"), () => makeBucket(refresh), "primary"),
    ),
    list,
    ...(isOperator() ? [] : [openForm()]),
  );
  const refresh = async () => showBuckets(list, await listBuckets(), refresh);
  await refresh();
}

/** A policy may let an account into buckets that are not its own, and not in its list. */
function openForm() {
  const name = field(text("bucket.open"), {
    required: true,
    autocapitalize: "none",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "bucket/folder/",
    name: "bucket",
  });
  const open = (event) => {
    event.preventDefault();
    const [bucket, ...folders] = name.input.value.trim().split("/");
    const prefix = folders.join("/");
    location.hash = folderAddress(bucket, prefix && !prefix.endsWith("/") ? `${prefix}/` : prefix);
  };
  return element("form", { class: "inline card", submit: open }, name.row, element("button", {}, text("open")));
}

function showBuckets(list, buckets, refresh) {
  if (buckets.length === 0) return list.replaceChildren(element("p", { class: "empty" }, text("bucket.none")));
  const rows = buckets.map((bucket) => bucketRow(bucket, refresh));
  list.replaceChildren(
    element(
      "table",
      { class: "listing buckets" },
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ["name", "objects", "size", "access", "created", "actions"].map((name) =>
            element("th", { scope: "col", class: name }, text(`column.${name}`)),
          ),
        ),
      ),
      element("tbody", {}, rows),
    ),
  );
}

function bucketRow(bucket, refresh) {
  const objects = element("td", { class: "objects number" }, "…");
  const size = element("td", { class: "size number" }, "…");
  const access = element("td", { class: "access" });
  const actions = element("td", { class: "actions" });
  const row = element(
    "tr",
    {},
    element("th", { scope: "row", class: "name" }, element("a", { href: folderAddress(bucket.name) }, bucket.name)),
    objects,
    size,
    access,
    element("td", { class: "created" }, formatDate(bucket.created)),
    actions,
  );
  call("GET", `buckets/${encodeURIComponent(bucket.name)}`).then(
    (facts) => {
      objects.textContent = facts.objects === null ? "—" : countText("objects", facts.objects);
      size.textContent = facts.bytes === null ? "—" : formatBytes(facts.bytes);
      // The folders of the other services are as they are.
      if (!facts.fixed) actions.append(...bucketActions(bucket.name, refresh));
      access.replaceChildren(
        element("span", { class: facts.public ? "badge open" : "badge" }, text(facts.public ? "public" : "private")),
      );
    },
    () => {
      objects.textContent = size.textContent = "—";
    },
  );
  return row;
}

function bucketActions(name, refresh) {
  return [
    element("a", { class: "button small", href: settingsAddress(name) }, text("bucket.settings")),
    button(text("delete"), () => removeBucket(name, refresh), "small quiet danger", {
      "aria-label": `${text("delete")}: ${name}`,
    }),
  ];
}

async function makeBucket(refresh) {
  const name = field(
    text("bucket.name"),
    {
      required: true,
      autofocus: true,
      pattern: "[a-z0-9][a-z0-9.\\-]{1,61}[a-z0-9]",
      autocapitalize: "none",
      spellcheck: "false",
      autocomplete: "off",
    },
    { hint: text("bucket.name_hint") },
  );
  const made = await ask(text("bucket.make"), [name.row], {
    confirm: text("make"),
    action: () => createBucket(name.input.value),
  });
  if (!made) return;
  say(text("bucket.made", { name: name.input.value }));
  await refresh();
}

/** Says how much would be lost, and wants the name typed, before a bucket that is not empty is emptied and deleted. */
async function removeBucket(name, refresh) {
  try {
    const { objects, bytes } = await call("GET", `buckets/${encodeURIComponent(name)}`);
    const progress = element("p", { class: "facts", role: "status" });
    const repeated = field(text("bucket.type_name", { name }), {
      required: true,
      autocomplete: "off",
      pattern: name.replaceAll(".", "\\."),
    });
    const content =
      objects > 0
        ? [
            element(
              "p",
              { class: "notice danger" },
              text("bucket.delete_full", { count: countText("objects", objects), size: formatBytes(bytes) }),
            ),
            repeated.row,
            progress,
          ]
        : [element("p", {}, text("bucket.delete_empty"))];
    const deleted = await ask(text("bucket.delete", { name }), content, {
      confirm: text("delete"),
      danger: true,
      action: async () => {
        if (objects > 0) await emptyBucket(name, progress);
        await deleteBucket(name);
      },
    });
    if (!deleted) return;
    say(text("bucket.deleted", { name }));
    await refresh();
  } catch (problem) {
    complain(problem);
  }
}

async function emptyBucket(name, progress) {
  let count = 0;
  for await (const keys of keysUnder(name, "")) {
    if (keys.length === 0) return;
    const refused = await deleteObjects(name, keys);
    if (refused.length > 0) throw new Error(`${refused[0].key}: ${refused[0].message}`);
    count += keys.length;
    progress.textContent = text("deleted_count", { count: countText("objects", count) });
  }
}
