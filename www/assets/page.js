/** What every page does: copies what its copy buttons say, and shows the address that it was reached by. */

import "./copy.js";

// The web server may stand behind another one that speaks https.
for (const element of document.querySelectorAll("[data-origin]")) {
  element.textContent = location.origin;
}
