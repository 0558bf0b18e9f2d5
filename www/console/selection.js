/** What is done with several objects or whole folders: deleting, moving, downloading as one zip. */

import { ask } from "./dialog.js";
import { element, field } from "./dom.js";
import { complain, say } from "./notice.js";
import { deleteObjects, keysUnder, moveObject } from "./objects.js";
import { linkAddress, request, storeAddress } from "./s3.js";
import { countText, text } from "./words.js";

export function deleteSelection(view) {
  return deleteNames(view, [...view.selected]);
}

/** Asks, then deletes objects and folders with all that is in them. */
export async function deleteNames(view, names) {
  const progress = element("p", { class: "facts", role: "status" });
  const shown = names.slice(0, 10).map((name) => element("li", {}, name));
  if (names.length > shown.length) shown.push(element("li", {}, "…"));
  const deleted = await ask(
    text("delete_question"),
    [
      element("ul", { class: "names" }, shown),
      names.some((name) => name.endsWith("/")) && element("p", { class: "notice danger" }, text("delete_folders")),
      progress,
    ].filter(Boolean),
    {
      confirm: text("delete"),
      danger: true,
      action: async () => {
        let count = 0;
        for await (const keys of batches(view.bucket, names)) {
          const refused = await deleteObjects(view.bucket, keys);
          if (refused.length > 0) throw new Error(`${refused[0].key}: ${refused[0].message}`);
          count += keys.length;
          progress.textContent = text("deleted_count", { count: countText("objects", count) });
        }
      },
    },
  );
  if (deleted) {
    say(text("deleted"));
    await view.reload();
  }
}

/** The keys that names stand for, up to 1,000 at a time. */
async function* batches(bucket, names) {
  const plain = names.filter((name) => !name.endsWith("/"));
  for (let start = 0; start < plain.length; start += 1000) yield plain.slice(start, start + 1000);
  for (const folder of names.filter((name) => name.endsWith("/"))) {
    for await (const keys of keysUnder(bucket, folder)) if (keys.length > 0) yield keys;
  }
}

/** Asks for another name or place, and moves an object, or a folder with all that is in it. */
export async function rename(view, name) {
  const isFolder = name.endsWith("/");
  const target = field(
    text("rename_to"),
    { required: true, autofocus: true, value: name, autocapitalize: "none", spellcheck: "false", autocomplete: "off" },
    { hint: text("rename_hint") },
  );
  const progress = element("p", { class: "facts", role: "status" });
  const moved = await ask(text("rename_question", { name }), [target.row, progress], {
    confirm: text("rename"),
    action: async () => {
      let to = target.input.value.replace(/^\/+/, "");
      if (isFolder && !to.endsWith("/")) to += "/";
      if (to === name) return;
      if (view.known.has(to)) throw new Error(text("upload.exists"));
      if (isFolder && to.startsWith(name)) throw new Error(text("rename_into_itself"));
      if (isFolder) await moveFolder(view.bucket, name, to, progress);
      else await moveObject(view.bucket, name, to);
    },
  });
  if (moved) {
    say(text("renamed"));
    await view.reload();
  }
}

async function moveFolder(bucket, from, to, progress) {
  let count = 0;
  for await (const keys of keysUnder(bucket, from)) {
    for (const key of keys) {
      await moveObject(bucket, key, to + key.slice(from.length));
      progress.textContent = countText("objects", ++count);
    }
  }
}

/** Makes a folder: an empty object whose name ends in a slash, as other clients do. */
export async function makeFolder(view) {
  const name = field(text("folder.name"), { required: true, autofocus: true, autocomplete: "off", pattern: "[^\\/]+" });
  const made = await ask(text("folder.make"), [name.row], {
    confirm: text("make"),
    action: () => request("PUT", storeAddress(view.bucket, `${view.prefix}${name.input.value}/`), { body: "" }),
  });
  if (made) await view.reload();
}

/** Downloads the selection as one zip. */
export function downloadSelection(view) {
  const chosen = [...view.selected].map((name) => `member=${encodeURIComponent(name.slice(view.prefix.length))}`);
  const address = `${linkAddress(view.bucket, view.prefix, { archive: "zip" })}&${chosen.join("&")}`;
  if (address.length > 30_000) return complain(text("selection.too_long"));
  const link = element("a", { href: address, download: "" });
  document.body.append(link);
  link.click();
  link.remove();
}
