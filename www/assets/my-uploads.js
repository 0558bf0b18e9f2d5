/** "My uploads": what this browser uploaded, to copy from again or to delete. */

import { announce } from "./announce.js";
import { deletePicture } from "./delete-picture.js";
import { pageOf } from "./embed-codes.js";
import { formatBytes, formatDate } from "./format.js";
import { text } from "./text.js";

const shownAtFirst = 12;

export class MyUploads {
  #history;
  #section;
  #template;
  #dialog;
  #all = false;

  constructor(history, section, template, dialog) {
    this.#history = history;
    this.#section = section;
    this.#template = template;
    this.#dialog = dialog;
    this.#part("more").addEventListener("click", () => {
      this.#all = true;
      this.#show();
    });
    history.addEventListener("change", () => this.#show());
    this.#show();
  }

  #part(name, root = this.#section) {
    return root.querySelector(`[data-part="${name}"]`);
  }

  #show() {
    const entries = this.#history.entries;
    const shown = this.#all ? entries : entries.slice(0, shownAtFirst);
    this.#section.hidden = entries.length === 0;
    this.#part("more").hidden = shown.length === entries.length;
    this.#part("list").replaceChildren(...shown.map((entry) => this.#row(entry)));
  }

  #row(entry) {
    const row = this.#template.content.firstElementChild.cloneNode(true);
    const part = (name) => this.#part(name, row);
    const name = entry.original_name ?? entry.name;
    const thumbnail = part("thumbnail");
    thumbnail.addEventListener("error", () => thumbnail.remove());
    thumbnail.src = `/thumbs/${entry.name}`;
    part("page").href = pageOf(entry);
    part("name").textContent = name;
    part("name").href = pageOf(entry);
    part("copy").dataset.copy = entry.url;
    part("copy").setAttribute("aria-describedby", (part("name").id = `mine-${entry.name}`));
    part("delete").setAttribute("aria-describedby", part("name").id);
    part("delete").addEventListener("click", () => this.#delete(entry, name, part("outcome")));
    part("facts").textContent = `${formatDate(new Date(entry.uploaded_at))} · ${formatBytes(entry.size)}`;
    return row;
  }

  async #delete(entry, name, outcomeLine) {
    if (!(await this.#confirmed(name))) return;
    const outcome = await deletePicture(entry);
    announce(text(`delete.${outcome}`, { name }));
    if (outcome === "deleted" || outcome === "gone") {
      this.#history.remove(entry.name);
      this.#part("heading").focus();
    } else {
      outcomeLine.textContent = text(`delete.${outcome}`, { name });
      outcomeLine.hidden = false;
    }
  }

  #confirmed(name) {
    this.#part("question", this.#dialog).textContent = name;
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    return new Promise((resolve) => {
      this.#dialog.addEventListener("close", () => resolve(this.#dialog.returnValue === "delete"), { once: true });
    });
  }
}
