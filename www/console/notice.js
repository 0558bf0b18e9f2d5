/** Short messages at the edge of the window, which are read aloud too. */

import { button, element } from "./dom.js";
import { text } from "./words.js";

const shownFor = 6000;
let region;

/** Says that something is done. With a `label` there is a button that does something about it; then it stays for longer. */
export function say(message, label, action) {
  const line = show(message, "success", label ? 10 * shownFor : shownFor);
  if (!label) return;
  const run = () => {
    line.remove();
    action();
  };
  line.firstChild.after(button(label, run, "small"));
}

/** Takes away what was said. */
export function hush() {
  region?.replaceChildren();
}

/** Says that something went wrong; stays until it is closed. */
export function complain(problem) {
  const message = typeof problem === "string" ? problem : [problem.message, problem.detail].filter(Boolean).join(" — ");
  show(message, "danger");
}

function show(message, kind, time) {
  if (!region?.isConnected) {
    region = element("div", { class: "notices", role: "status", "aria-live": "polite" });
    document.body.append(region);
  }
  const line = element("p", { class: `notice ${kind}` }, element("span", {}, message));
  line.append(button("×", () => line.remove(), "quiet small", { "aria-label": text("close") }));
  region.append(line);
  if (time) setTimeout(() => line.remove(), time);
  return line;
}
