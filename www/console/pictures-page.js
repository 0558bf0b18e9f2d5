/** All pictures of the image host, unlisted ones too; deleting and blocking them. */

import { call } from "./api.js";
import { ask } from "./dialog.js";
import { button, element } from "./dom.js";
import { formatBytes, formatDate } from "./format.js";
import { complain, say } from "./notice.js";
import { countText, text } from "./words.js";

export async function picturesPage(main) {
  const view = { next: null };
  view.body = element("tbody");
  view.count = element("p", { class: "facts", role: "status" });
  view.blocked = element("section", { class: "card", hidden: true });
  view.more = button(text("more"), () => load(view).catch(complain), "", { hidden: true });
  const heads = ["picture", "name", "uploaded", "uploader", "actions"].map((name) =>
    element("th", { scope: "col", class: name }, text(`column.${name}`)),
  );
  main.append(
    element("div", { class: "page-head" }, element("h1", {}, text("nav.pictures"))),
    view.count,
    element(
      "div",
      { class: "table-box" },
      element("table", { class: "listing pictures" }, element("thead", {}, element("tr", {}, heads)), view.body),
    ),
    view.more,
    view.blocked,
  );
  await load(view);
  await showBlocked(view);
}

async function load(view) {
  const page = await call("GET", `pictures?limit=50${view.next ? `&after=${encodeURIComponent(view.next)}` : ""}`);
  view.body.append(...page.pictures.map((picture) => pictureRow(view, picture)));
  view.next = page.next;
  view.more.hidden = !view.next;
  view.count.textContent = page.count
    ? `${countText("pictures", page.count)}, ${formatBytes(page.bytes)}`
    : text("pictures.none");
}

function pictureRow(view, picture) {
  const address = `/images/${encodeURIComponent(picture.name)}`;
  const thumbnail = element("img", { src: `/thumbs/${encodeURIComponent(picture.name)}`, alt: "", loading: "lazy" });
  const badge = element("span", { class: "badge" }, text(picture.visibility === "queued" ? "picture.queued" : "unlisted"));
  const approval = button(text("picture.approve"), () => approve(picture, badge, approval), "small", {
    "aria-label": `${text("picture.approve")}: ${picture.original_name}`,
  });
  const row = element(
    "tr",
    {},
    element(
      "td",
      { class: "picture" },
      element("a", { href: address, target: "_blank", rel: "noopener", tabindex: "-1", "aria-hidden": "true" }, thumbnail),
    ),
    element(
      "th",
      { scope: "row", class: "name" },
      element("a", { href: address, target: "_blank", rel: "noopener" }, picture.original_name || picture.name),
      picture.visibility !== "public" && badge,
      element(
        "span",
        { class: "facts" },
        `${picture.width} × ${picture.height}, ${formatBytes(picture.size)}`,
        element("br"),
        picture.name,
      ),
    ),
    element("td", { class: "uploaded" }, formatDate(picture.uploaded)),
    element("td", { class: "uploader" }, picture.address ?? "—"),
    element(
      "td",
      { class: "actions" },
      picture.visibility === "queued" && approval,
      button(text("delete"), () => remove(view, picture, row, false), "small", {
        "aria-label": `${text("delete")}: ${picture.original_name}`,
      }),
      button(text("picture.block"), () => remove(view, picture, row, true), "small quiet danger", {
        "aria-label": `${text("picture.block")}: ${picture.original_name}`,
      }),
    ),
  );
  return row;
}

/** Lists a picture that waits for it. */
async function approve(picture, badge, approval) {
  try {
    await call("PUT", `pictures/${encodeURIComponent(picture.name)}/approval`);
    badge.remove();
    approval.remove();
    say(text("picture.approved"));
  } catch (problem) {
    complain(problem);
  }
}

async function remove(view, picture, row, blocks) {
  const kind = blocks ? "block" : "delete";
  const removed = await ask(
    text(`picture.${kind}_question`),
    [
      element("p", { class: "object-name" }, picture.original_name),
      element("p", {}, text(`picture.${kind}_hint`)),
    ],
    {
      confirm: text(blocks ? "picture.block" : "delete"),
      danger: true,
      action: () =>
        blocks
          ? call("POST", "blocked", { name: picture.name })
          : call("DELETE", `pictures/${encodeURIComponent(picture.name)}`),
    },
  );
  if (!removed) return;
  row.remove();
  say(text(blocks ? "picture.blocked" : "deleted"));
  if (blocks) await showBlocked(view);
}

async function showBlocked(view) {
  const { blocked } = await call("GET", "blocked");
  view.blocked.hidden = blocked.length === 0;
  view.blocked.replaceChildren(
    element("h2", {}, text("picture.blocked_heading")),
    element("p", { class: "facts" }, text("picture.blocked_hint")),
    element(
      "ul",
      { class: "prefixes" },
      blocked.map((entry) =>
        element(
          "li",
          {},
          element("code", { title: entry.sha256 }, `${entry.sha256.slice(0, 16)}…`),
          element("span", { class: "facts" }, formatDate(entry.blocked)),
          button(text("picture.unblock"), () => unblock(view, entry.sha256), "small"),
        ),
      ),
    ),
  );
}

async function unblock(view, sha256) {
  try {
    await call("DELETE", `blocked/${sha256}`);
    await showBlocked(view);
  } catch (problem) {
    complain(problem);
  }
}
