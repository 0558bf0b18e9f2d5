/** The tags of an object, a line each: `name=value`. */

import { ask } from "./dialog.js";
import { field } from "./dom.js";
import { objectTags, setObjectTags } from "./objects.js";
import { text } from "./words.js";

export async function editTags(bucket, key, then) {
  const tags = await objectTags(bucket, key);
  const lines = field(text("tags"), { rows: "5", spellcheck: "false" }, { kind: "textarea", hint: text("tags.hint") });
  lines.input.value = tags.map(([name, value]) => `${name}=${value}`).join("\n");
  const changed = await ask(text("tags.edit"), [lines.row], {
    confirm: text("save"),
    action: () => setObjectTags(bucket, key, read(lines.input.value)),
  });
  if (changed) await then();
}

function read(lines) {
  return lines
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => {
      const [name, ...value] = line.split("=");
      return [name.trim(), value.join("=").trim()];
    });
}
