/** Shows the page that the fragment of the address names, as addresses.js makes it. */

import { showFrame, showProblem } from "./frame.js";
import { isOperator } from "./session.js";
import { bucketsPage } from "./buckets-page.js";
import { objectsPage } from "./objects-page.js";
import { bucketSettingsPage } from "./bucket-settings-page.js";
import { keysPage } from "./keys-page.js";
import { picturesPage } from "./pictures-page.js";
import { foldersPage } from "./folders-page.js";
import { statePage } from "./state-page.js";

let admitted = async () => null;
let leave = null;
let turn = 0;

const operatorPages = { keys: keysPage, pictures: picturesPage, folders: foldersPage, state: statePage };

/** Shows pages from now on, where `admit` comes to a session. */
export function startRouter(admit) {
  admitted = admit;
  addEventListener("hashchange", showRoute);
  showRoute();
}

/** Shows the page that the address names. A page may return what is to be done when it is left. */
export async function showRoute() {
  const mine = ++turn;
  leave?.();
  leave = null;
  if (!(await admitted()) || mine !== turn) return;
  // What a page is searched by stands behind a question mark; names have it percent-encoded.
  const [name = "buckets", ...rest] = location.hash.split("?")[0].replace(/^#\/?/, "").split("/");
  const main = showFrame(name || "buckets");
  // Whoever reads by ear, or goes by keyboard, begins at the new page.
  if (mine > 1) main.focus({ preventScroll: true });
  try {
    const left = await page(name, rest.map(decodeURIComponent), main);
    if (mine === turn) leave = left;
    else left?.();
  } catch (problem) {
    if (mine === turn) showProblem(main, problem);
  }
}

function page(name, rest, main) {
  if (name in operatorPages && isOperator()) return operatorPages[name](main, rest);
  if (name === "settings" && rest[0]) return bucketSettingsPage(main, rest[0]);
  if (name === "buckets" && rest[0]) return objectsPage(main, rest[0], rest.slice(1).join("/"));
  return bucketsPage(main);
}
