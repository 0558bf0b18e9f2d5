/** The dialogs in which a key is made, and in which it gets a policy. */

import { call } from "./api.js";
import { copyRow } from "./copy-row.js";
import { ask } from "./dialog.js";
import { element, field } from "./dom.js";
import { pretty } from "./policy.js";
import { text } from "./words.js";

const templates = ["", "read-only", "write-only", "bucket", "prefix", "own"];

export async function makeKey(then) {
  const name = field(
    text("key.name"),
    {
      required: true,
      autofocus: true,
      minlength: "3",
      pattern: "[A-Za-z0-9._@+\\-]{3,128}",
      autocapitalize: "none",
      spellcheck: "false",
      autocomplete: "off",
      name: "key-name",
    },
    { hint: text("key.name_hint") },
  );
  const rights = rightsFields();
  let made;
  const confirmed = await ask(text("key.make"), [name.row, ...rights.rows], {
    confirm: text("make"),
    action: async () => {
      made = await call("POST", "keys", { name: name.input.value, ...rights.value() });
    },
  });
  if (!confirmed) return;
  await then();
  await ask(
    text("key.made", { name: made.name }),
    [
      element("p", { class: "notice" }, text("key.secret_once")),
      copyRow(text("access_key"), made.name),
      copyRow(text("secret_key"), made.secret, { class: "secret" }),
    ],
    {},
  );
}

export async function changePolicy(key, then) {
  const rights = rightsFields(key.policy);
  const changed = await ask(text("key.policy_of", { name: key.name }), rights.rows, {
    confirm: text("save"),
    action: () => call("PUT", `keys/${encodeURIComponent(key.name)}`, { policy: "", ...rights.value() }),
  });
  if (changed) await then();
}

/** Fields that choose what a key may do: a template with its bucket and prefix, or a policy document. */
function rightsFields(policy) {
  const template = field(text("key.rights"), { name: "template", change: adapt }, {
    kind: "select",
    options: templates.map((name) => [name, text(`template.${name || "usual"}`)]),
  });
  template.input.value = policy ? "own" : "";
  const names = { autocapitalize: "none", spellcheck: "false", autocomplete: "off" };
  const bucket = field(text("key.bucket"), { name: "bucket", ...names });
  const prefix = field(text("key.prefix"), { name: "prefix", placeholder: "reports/", ...names });
  const own = field(text("policy.heading"), { rows: "10", spellcheck: "false", class: "code", name: "policy" }, { kind: "textarea" });
  own.input.value = pretty(policy);

  function adapt() {
    const chosen = template.input.value;
    bucket.row.hidden = chosen === "" || chosen === "own";
    bucket.input.required = chosen === "bucket" || chosen === "prefix";
    prefix.row.hidden = !["prefix", "read-only", "write-only"].includes(chosen);
    prefix.input.required = chosen === "prefix";
    own.row.hidden = chosen !== "own";
    own.input.required = chosen === "own";
  }

  function value() {
    const chosen = template.input.value;
    if (chosen === "own") return { policy: own.input.value };
    return chosen ? { template: chosen, bucket: bucket.input.value, prefix: prefix.input.value } : {};
  }

  adapt();
  return { rows: [template.row, bucket.row, prefix.row, own.row], value };
}
