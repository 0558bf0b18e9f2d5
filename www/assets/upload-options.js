/** The options of the upload form: read for each file when it is sent; most are remembered for the next visit. */

import { remember, remembered } from "./preferences.js";

export class UploadOptions {
  #form;
  #panel;
  #summary;

  /** `panel` is the disclosure that holds the options, `summary` tells the choices while it is closed. */
  constructor(form, panel, summary) {
    this.#form = form;
    this.#panel = panel;
    this.#summary = summary;
    this.#restore();
    this.#summarize();
    panel.addEventListener("change", () => {
      this.#keep();
      this.#summarize();
    });
  }

  get current() {
    const { visibility, expires, metadata, token } = this.#form.elements;
    return {
      visibility: visibility.value,
      expires: expires.value,
      metadata: metadata.checked ? metadata.value : "",
      token: token.value.trim(),
    };
  }

  /** Opens the panel at the token, for a server that asks for one. */
  askForToken() {
    this.#panel.open = true;
    this.#form.elements.token.focus();
  }

  #restore() {
    const { visibility, expires } = remembered("options") ?? {};
    choose(this.#form.elements.visibility, visibility);
    choose(this.#form.elements.expires, expires);
  }

  /**
   * The token is a secret: remembering it is left to the browser's password manager.
   * Giving away where a picture was taken is a decision for each visit.
   */
  #keep() {
    const { visibility, expires } = this.current;
    remember("options", { visibility, expires });
  }

  #summarize() {
    const { visibility, expires, metadata } = this.#form.elements;
    const chosen = [visibility, expires].map((select) => select.selectedOptions[0].textContent);
    if (metadata.checked) chosen.push(metadata.labels[0].textContent.trim());
    this.#summary.textContent = chosen.join(" · ");
  }
}

function choose(select, value) {
  if ([...select.options].some((option) => option.value === value)) select.value = value;
}
