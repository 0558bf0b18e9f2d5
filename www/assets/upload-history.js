/** The pictures that this browser uploaded, with the tokens that delete them. Nobody else can list them. */

import { remember, remembered, whenChangedElsewhere } from "./preferences.js";

const kept = 500;
const seconds = { h: 3600, d: 86400 };
const facts = ["name", "url", "original_name", "size", "width", "height", "uploaded_at", "delete_token"];

/** Newest first. Dispatches `change` after each one, also when it happened in another tab. */
export class UploadHistory extends EventTarget {
  #entries = read();

  constructor() {
    super();
    whenChangedElsewhere("uploads", () => {
      this.#entries = read();
      this.dispatchEvent(new Event("change"));
    });
  }

  /** Those that have not vanished by themselves. */
  get entries() {
    return this.#entries.filter(({ expires_at: end }) => !end || Date.parse(end) > Date.now());
  }

  /** `expires` is the option it was sent with: "", "1h", "7d". */
  add(image, expires) {
    const entry = Object.fromEntries(facts.map((fact) => [fact, image[fact]]));
    const end = endOf(image.uploaded_at, expires);
    if (end) entry.expires_at = end;
    this.#replace([entry, ...this.entries].slice(0, kept));
  }

  remove(name) {
    this.#replace(this.entries.filter((entry) => entry.name !== name));
  }

  /** Where the browser keeps nothing, the list lasts as long as the page. */
  #replace(entries) {
    this.#entries = entries;
    remember("uploads", entries);
    this.dispatchEvent(new Event("change"));
  }
}

function read() {
  const entries = remembered("uploads");
  return Array.isArray(entries) ? entries.filter((entry) => entry?.name && entry.url) : [];
}

function endOf(start, expires) {
  const [, count, unit] = /^(\d+)([hd])$/.exec(expires) ?? [];
  return unit ? new Date(Date.parse(start) + count * seconds[unit] * 1000).toISOString() : null;
}
