/** What every static page does: speaks the visitor's language, copies what its copy buttons say. */

import "./copy.js";
import { currentLanguage, setFormatted, switchLanguage } from "./i18n.js";
import { formatBytes } from "./format.js";
import "./language-switch.js";

for (const element of document.querySelectorAll("data[data-bytes]")) {
  setFormatted(element, () => formatBytes(Number(element.value)));
}
for (const element of document.querySelectorAll("[data-origin]")) {
  element.textContent = location.origin;
}
document.addEventListener("languagechosen", (event) => switchLanguage(event.detail));
switchLanguage(currentLanguage());
