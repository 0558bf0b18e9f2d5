/** One folder of a bucket: what is in it, and what can be done with it. */

import { announce } from "/assets/announce.js";
import { droppedFiles, chosenFiles } from "./dropped-files.js";
import { button, element, freshId } from "./dom.js";
import { listObjects } from "./objects.js";
import { folderRow, objectRow } from "./object-rows.js";
import { deleteSelection, downloadSelection, makeFolder } from "./selection.js";
import { folderAddress, settingsAddress } from "./addresses.js";
import { linkAddress } from "./s3.js";
import { UploadQueue } from "./upload-queue.js";
import { countText, text } from "./words.js";

const firstPage = 100;
const laterPages = 1000;

export async function objectsPage(main, bucket, prefix) {
  const page = new FolderView(main, bucket, prefix);
  try {
    await page.load();
  } catch (problem) {
    // Whoever may not list may still put.
    if (problem.code !== "AccessDenied") throw problem;
    page.showRefusal(problem);
  }
  return () => page.leave();
}

class FolderView {
  /** Keys and folders that are selected. */
  selected = new Set();
  /** Keys that are shown. */
  known = new Set();
  #search = "";
  #next = null;
  #loading = new AbortController();

  constructor(main, bucket, prefix) {
    this.bucket = bucket;
    this.prefix = prefix;
    this.body = element("tbody");
    this.count = element("p", { class: "facts", role: "status" });
    this.more = button(text("more"), () => this.#loadMore(), "", { hidden: true });
    this.queue = new UploadQueue(bucket, { taken: (key) => this.known.has(key), done: () => this.#reloadSoon() });
    this.bar = this.#selectionBar();
    this.all = element("input", { type: "checkbox", "aria-label": text("select_all"), change: () => this.#selectAll() });
    main.append(this.#head(), this.#tools(), this.queue.list, this.bar, this.#table(), this.count, this.more);
    this.#acceptDrops(main);
  }

  /** Shows the folder from its beginning. */
  async load() {
    this.#loading.abort();
    this.#loading = new AbortController();
    const page = await this.#fetch(null, firstPage, this.#loading.signal);
    this.selected.clear();
    this.known.clear();
    this.body.replaceChildren();
    this.#show(page);
    this.#selectionChanged();
  }

  /** Says that this account does not see what is here. */
  showRefusal(problem) {
    this.count.before(element("p", { class: "notice danger", role: "alert" }, problem.message));
  }

  leave() {
    this.#loading.abort();
    clearTimeout(this.pendingReload);
    this.queue.stop();
  }

  /** Shows again what may have changed; a page that was left shows nothing. */
  async reload() {
    try {
      await this.load();
    } catch (problem) {
      if (problem.name !== "AbortError") announce(problem.message);
    }
  }

  select(name, isSelected) {
    if (isSelected) this.selected.add(name);
    else this.selected.delete(name);
    this.#selectionChanged();
  }

  #fetch(after, limit, signal) {
    return listObjects(this.bucket, { prefix: this.prefix + this.#search, delimiter: "/", limit, after, signal });
  }

  #show(page) {
    const rows = document.createDocumentFragment();
    for (const folder of page.folders) rows.append(folderRow(this, folder));
    for (const object of page.objects) {
      this.known.add(object.key);
      // The marker of the folder itself.
      if (object.key !== this.prefix) rows.append(objectRow(this, object));
    }
    this.body.append(rows);
    this.#next = page.next;
    this.more.hidden = !this.#next;
    const count = this.body.children.length;
    this.count.textContent = count === 0 ? text(this.#search ? "search.none" : "folder.empty") : this.#countText(count);
  }

  #countText(count) {
    return this.#next ? text("shown_so_far", { count: countText("entries", count) }) : countText("entries", count);
  }

  async #loadMore() {
    this.more.disabled = true;
    try {
      this.#show(await this.#fetch(this.#next, laterPages, this.#loading.signal));
    } catch (problem) {
      if (problem.name !== "AbortError") this.count.textContent = problem.message;
    } finally {
      this.more.disabled = false;
    }
  }

  #reloadSoon() {
    clearTimeout(this.pendingReload);
    this.pendingReload = setTimeout(() => this.reload(), 300);
  }

  // The parts of the page.

  #head() {
    return element(
      "div",
      { class: "page-head" },
      element("h1", { class: "crumbs" }, this.#crumbs()),
      element("a", { class: "button small", href: settingsAddress(this.bucket) }, text("bucket.settings")),
    );
  }

  #crumbs() {
    const steps = this.prefix.split("/").slice(0, -1);
    const links = [[this.bucket, ""], ...steps.map((step, index) => [step, `${steps.slice(0, index + 1).join("/")}/`])];
    return links.flatMap(([name, path], index) => [
      index > 0 && element("span", { class: "slash", "aria-hidden": "true" }, "/"),
      element(
        "a",
        { href: folderAddress(this.bucket, path), "aria-current": index === links.length - 1 && "location" },
        name || "∅",
      ),
    ]);
  }

  #tools() {
    const search = element("input", {
      type: "search",
      "aria-label": text("search"),
      placeholder: text("search"),
      input: () => this.#searchSoon(search.value),
    });
    const id = freshId();
    const files = element("input", {
      type: "file",
      id,
      multiple: true,
      class: "visually-hidden",
      change: () => {
        this.#enqueue(chosenFiles(files));
        files.value = "";
      },
    });
    return element(
      "div",
      { class: "tools" },
      search,
      files,
      element("label", { class: "button primary", for: id }, text("upload")),
      button(text("folder.make"), () => makeFolder(this)),
      element(
        "a",
        { class: "button", download: true, href: linkAddress(this.bucket, this.prefix, { archive: "zip" }) },
        text("folder.zip"),
      ),
    );
  }

  #searchSoon(value) {
    clearTimeout(this.pendingReload);
    this.pendingReload = setTimeout(() => {
      this.#search = value;
      this.reload();
    }, 200);
  }

  #table() {
    const heads = ["name", "size", "modified", "actions"].map((name) =>
      element("th", { scope: "col", class: name }, text(`column.${name}`)),
    );
    return element(
      "div",
      { class: "table-box drop-target" },
      element("p", { class: "drop-hint", "aria-hidden": "true" }, text("upload.drop")),
      element(
        "table",
        { class: "listing objects" },
        element("thead", {}, element("tr", {}, element("th", { class: "check" }, this.all), heads)),
        this.body,
      ),
    );
  }

  #selectionBar() {
    this.selectedCount = element("span", { role: "status" });
    return element(
      "div",
      { class: "selection-bar", hidden: true },
      this.selectedCount,
      button(text("selection.zip"), () => downloadSelection(this)),
      button(text("delete"), () => deleteSelection(this), "danger"),
    );
  }

  #selectAll() {
    for (const box of this.body.querySelectorAll("input[type=checkbox]")) {
      box.checked = this.all.checked;
      if (box.checked) this.selected.add(box.value);
      else this.selected.delete(box.value);
    }
    this.#selectionChanged();
  }

  #selectionChanged() {
    const count = this.selected.size;
    this.bar.hidden = count === 0;
    this.selectedCount.textContent = count ? countText("selected", count) : "";
    this.all.checked = count > 0 && count === this.body.querySelectorAll("input[type=checkbox]").length;
    this.all.indeterminate = count > 0 && !this.all.checked;
  }

  // Files that come in.

  #acceptDrops(main) {
    let depth = 0;
    const over = (change) => {
      depth = change === 0 ? 0 : depth + change;
      main.classList.toggle("dropping", depth > 0);
    };
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    main.addEventListener("dragenter", (event) => hasFiles(event) && over(1));
    main.addEventListener("dragleave", (event) => hasFiles(event) && over(-1));
    main.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    main.addEventListener("drop", async (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      over(0);
      this.#enqueue(await droppedFiles(event.dataTransfer));
    });
  }

  #enqueue(files) {
    for (const [file, path] of files) this.queue.add(file, this.prefix + path);
  }
}
