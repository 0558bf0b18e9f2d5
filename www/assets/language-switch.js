/**
 * Fills the empty `.language-switch` of a page with a button for each language.
 * A page made by the server is loaded again in the new language; a static one is told by the event `languagechosen`.
 */

import { chooseLanguage, languages, renewCookie } from "./language.js";

function choose(code) {
  chooseLanguage(code);
  if (document.documentElement.dataset.rendered === "server") {
    location.reload();
  } else {
    document.dispatchEvent(new CustomEvent("languagechosen", { detail: code }));
  }
}

function languageButton([code, name]) {
  const button = document.createElement("button");
  button.type = "button";
  button.lang = code;
  button.textContent = code.toUpperCase();
  button.title = name;
  button.setAttribute("aria-label", `${button.textContent}, ${name}`);
  button.addEventListener("click", () => choose(code));
  return button;
}

function showCurrent(buttons) {
  for (const button of buttons) {
    button.setAttribute("aria-pressed", String(button.lang === document.documentElement.lang));
  }
}

const place = document.querySelector(".language-switch");
if (place) {
  const buttons = Object.entries(languages).map(languageButton);
  place.replaceChildren(...buttons);
  showCurrent(buttons);
  new MutationObserver(() => showCurrent(buttons))
    .observe(document.documentElement, { attributeFilter: ["lang"] });
}
renewCookie();
