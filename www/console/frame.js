/** What stands around every page: the name, the pages, the languages, who is signed in. */

import { button, element } from "./dom.js";
import { accountName, isOperator, signOut } from "./session.js";
import { language, text } from "./words.js";

const pages = [
  ["buckets", "nav.buckets", false],
  ["keys", "nav.keys", true],
  ["pictures", "nav.pictures", true],
  ["folders", "nav.folders", true],
  ["state", "nav.state", true],
];

/** Replaces all that is shown by the frame of a page; its main element, empty. */
export function showFrame(current) {
  const here = current === "settings" ? "buckets" : current;
  const shown = pages.filter(([, , forOperator]) => !forOperator || isOperator());
  const main = element("main", { class: "page console", id: "main", tabindex: "-1", ...copyWords() });
  const links = shown.map(([name, label]) =>
    element("a", { href: `#/${name}`, "aria-current": name === here && "page" }, text(label)),
  );
  document.body.replaceChildren(
    skipLink(),
    element(
      "header",
      { class: "site-header console-header" },
      element("a", { class: "wordmark", href: "#/buckets" }, "Vitrine"),
      element("nav", { class: "site-nav", "aria-label": text("nav.label") }, links),
      element(
        "div",
        { class: "account" },
        languages(),
        element("span", { class: "account-name", title: accountName() }, accountName()),
        button(text("sign_out"), () => signOut(), "small"),
      ),
    ),
    main,
  );
  // On a phone the row of pages is longer than the window.
  document.querySelector(".site-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  const title = shown.find(([name]) => name === here)?.[1] ?? "nav.buckets";
  document.title = `${text(title)} · Vitrine`;
  return main;
}

/** The frame of the page on which one signs in. */
export function showBareFrame() {
  const main = element("main", { class: "page console", id: "main" });
  document.body.replaceChildren(
    element(
      "header",
      { class: "site-header" },
      element("span", { class: "wordmark" }, "Vitrine"),
      languages(),
    ),
    main,
  );
  document.title = `${text("sign_in")} · Vitrine`;
  return main;
}

/** Says on a page that it cannot be shown. */
export function showProblem(main, problem) {
  main.replaceChildren(element("p", { class: "notice danger", role: "alert" }, problem.message));
}

function skipLink() {
  const skip = (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  };
  return element("a", { class: "skip-link", href: "#main", click: skip }, text("nav.skip"));
}

function languages() {
  const links = ["en", "ru", "es"].map((code) =>
    element(
      "a",
      { href: `/language/${code}`, lang: code, hreflang: code, "aria-current": code === language && "true" },
      code.toUpperCase(),
    ),
  );
  return element("nav", { class: "language-switch", "aria-label": text("nav.language") }, links);
}

function copyWords() {
  return { "data-copied": text("copied"), "data-copy-failed": text("copy_failed") };
}
