/** The form that pictures are searched by. What is looked for stands in the address of the page, behind a question mark. */

import { button, element, field } from "./dom.js";
import { text } from "./words.js";

const sorts = ["newest", "oldest", "largest", "smallest"];
const visibilities = ["public", "unlisted", "queued"];

/** What the address of the page looks for. */
export function searchOfAddress() {
  return new URLSearchParams(location.hash.split("?")[1] ?? "");
}

/** Writes what is looked for into the address, without another entry in the history. */
function remember(search) {
  const [path] = location.hash.split("?");
  history.replaceState(null, "", search.size ? `${path}?${search}` : path);
}

/**
 * The form; `fixed` are conditions that belong to the page and are not shown. `changed` is called with what is looked for
 * then.
 */
export class PictureSearch {
  #fields;
  #fixed;
  #changed;

  constructor(changed, fixed = {}) {
    this.#changed = changed;
    this.#fixed = fixed;
    const plain = { autocomplete: "off", spellcheck: "false", autocapitalize: "none" };
    const options = (names, label, none) => [...(none ? [["", none]] : []), ...names.map((name) => [name, text(label + name)])];
    this.#fields = {
      name: field(text("search.name"), { type: "search", ...plain }, { hint: text("search.name_hint") }),
      address: field(text("search.address"), { ...plain }),
      from: field(text("search.from"), { type: "date" }),
      until: field(text("search.until"), { type: "date" }),
      "min-size": field(text("search.min_size"), { placeholder: "300kB", ...plain }),
      "max-size": field(text("search.max_size"), { placeholder: "5MiB", ...plain }),
      sha256: field(text("search.sha256"), { pattern: "[0-9a-fA-F]{64}", ...plain }),
      visibility: field(text("search.visibility"), {}, {
        kind: "select",
        options: options(visibilities, "visibility.", text("search.any")),
      }),
      sort: field(text("search.sort"), { change: () => this.submit() }, { kind: "select", options: options(sorts, "sort.") }),
    };
    for (const name of Object.keys(fixed)) delete this.#fields[name];
    const { name, sort, ...further } = this.#fields;
    this.#details = element(
      "details",
      {},
      element("summary", {}, text("search.more")),
      element("div", { class: "conditions" }, Object.values(further).map((one) => one.row)),
    );
    this.form = element(
      "form",
      { class: "picture-search", role: "search", submit: (event) => this.#submitted(event) },
      element(
        "div",
        { class: "first" },
        name.row,
        sort.row,
        element("button", { class: "primary" }, text("search.go")),
        button(text("search.reset"), () => this.set(new URLSearchParams())),
      ),
      this.#details,
    );
    this.#fill(searchOfAddress());
  }

  #details;

  /** What is looked for, as the parameters of the interface. */
  get parameters() {
    const search = this.#written();
    for (const [name, value] of Object.entries(this.#fixed)) search.set(name, value);
    return search;
  }

  /** Whether nothing in particular is looked for. */
  get isEmpty() {
    return [...this.#written().keys()].every((name) => name === "sort");
  }

  /** Looks for something else. */
  set(search) {
    this.#fill(search);
    this.submit();
  }

  submit() {
    if (this.form.reportValidity()) this.form.requestSubmit();
  }

  #submitted(event) {
    event.preventDefault();
    remember(this.#written());
    this.#changed();
  }

  #fill(search) {
    for (const [name, { input }] of Object.entries(this.#fields)) input.value = search.get(name) ?? (name === "sort" ? sorts[0] : "");
    this.#details.open = [...search.keys()].some((name) => name !== "name" && name !== "sort" && name in this.#fields);
  }

  #written() {
    const search = new URLSearchParams();
    for (const [name, { input }] of Object.entries(this.#fields)) {
      const value = input.value.trim();
      if (value && !(name === "sort" && value === sorts[0])) search.set(name, value);
    }
    return search;
  }
}
