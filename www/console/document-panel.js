/** A document of a bucket, edited as text; what is wrong with it is shown below it. */

import { button, element, field } from "./dom.js";
import { say } from "./notice.js";
import { setBucketDocument } from "./objects.js";
import { text } from "./words.js";

/**
 * `name` is S3's (`policy`, `cors`), `value` the document, empty where there is none; `check` throws where a text is
 * wrong, `example` is offered where there is none; `then` is done after a change.
 */
export function documentPanel(bucket, { name, heading, hint, value, check, example, then }) {
  const editor = field(heading, { rows: value ? "12" : "4", spellcheck: "false", class: "code", name }, { kind: "textarea", hint });
  editor.input.value = value;
  const problem = element("p", { class: "notice danger", role: "alert", hidden: true });

  async function save(body) {
    problem.hidden = true;
    try {
      if (body !== null) check?.(body);
      await setBucketDocument(bucket, name, body);
      say(text("saved"));
      await then();
    } catch (refusal) {
      problem.textContent = [refusal.message, refusal.detail].filter(Boolean).join(" — ");
      problem.hidden = false;
    }
  }

  const offer = button(text("example"), () => {
    editor.input.value = example;
    editor.input.rows = 12;
    offer.hidden = true;
    editor.input.focus();
  });
  return element(
    "section",
    { class: "card" },
    element(
      "details",
      { open: value !== "" },
      element("summary", {}, element("h2", {}, heading)),
      editor.row,
      problem,
      element(
        "p",
        { class: "actions" },
        button(text("save"), () => save(editor.input.value.trim() || null), "primary"),
        value && button(text("remove"), () => save(null), "danger"),
        example && !value && offer,
      ),
    ),
  );
}
