/** Who may read a bucket without a key: a switch for all of it, and one for each prefix. */

import { button, checkbox, element, field } from "./dom.js";
import { complain, say } from "./notice.js";
import { setBucketDocument } from "./objects.js";
import { publicPrefixes, withoutPublicPrefix, withPublicPrefix } from "./policy.js";
import { countText, text } from "./words.js";

/** `then` shows the page again, with what was changed. */
export function accessPanel(bucket, policy, then) {
  const prefixes = publicPrefixes(policy, bucket);

  async function change(next) {
    try {
      await setBucketDocument(bucket, "policy", next);
      say(text("saved"));
    } catch (problem) {
      complain(problem);
    }
    await then();
  }

  const whole = checkbox(text("access.whole"), {
    class: "switch",
    role: "switch",
    checked: prefixes.includes(""),
    change: () =>
      change(whole.input.checked ? withPublicPrefix(policy, bucket, "") : withoutPublicPrefix(policy, bucket, "")),
  });
  const rows = prefixes
    .filter((prefix) => prefix !== "")
    .map((prefix) =>
      element(
        "li",
        {},
        element("code", {}, prefix),
        button(text("access.close"), () => change(withoutPublicPrefix(policy, bucket, prefix)), "small", {
          "aria-label": `${text("access.close")}: ${prefix}`,
        }),
      ),
    );
  const added = field(text("access.prefix"), {
    placeholder: "public/",
    required: true,
    autocapitalize: "none",
    spellcheck: "false",
    autocomplete: "off",
    name: "prefix",
  });
  const form = element(
    "form",
    {
      class: "inline",
      submit: (event) => {
        event.preventDefault();
        change(withPublicPrefix(policy, bucket, added.input.value.replace(/^\/+/, "")));
      },
    },
    added.row,
    element("button", {}, text("access.open")),
  );
  return element(
    "section",
    { class: "card access-panel" },
    element("h2", {}, text("access.heading")),
    element("p", { class: "facts" }, text("access.hint")),
    whole.row,
    rows.length > 0 && element("p", {}, countText("access.prefixes", rows.length)),
    rows.length > 0 && element("ul", { class: "prefixes" }, rows),
    form,
  );
}
