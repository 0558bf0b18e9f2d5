/** The terms follow the language of the page, unless the address names one of their sections. */

import { switchLanguage } from "./i18n.js";
import "./page.js";

function followAddress() {
  const named = document.querySelector(":target")?.closest(".translation");
  if (named) switchLanguage(named.lang);
}

document.addEventListener("languagechosen", (event) => {
  if (location.hash) location.hash = event.detail;
});
addEventListener("hashchange", followAddress);
followAddress();
