/** All that is known of an object, and a preview of what it holds. */

import { attachment } from "./attachment.js";
import { copyRow } from "./copy-row.js";
import { ask } from "./dialog.js";
import { button, element } from "./dom.js";
import { formatBytes, formatDate } from "./format.js";
import { askForLink } from "./link-dialog.js";
import { objectFields, objectTags } from "./objects.js";
import { preview } from "./preview.js";
import { linkAddress, publicAddress } from "./s3.js";
import { editTags } from "./tags-dialog.js";
import { text } from "./words.js";

const shownFields = /^(content-(type|encoding|language|disposition)|cache-control|expires|x-amz-(meta-|checksum-|storage|tagging|mp-))/;

/** What the web server says where the object says nothing. */
const addedByServer = "private, no-cache";

export async function showDetails(view, { key, size, modified, etag }) {
  const name = key.slice(view.prefix.length);
  const facts = element("dl", { class: "facts-list" });
  const box = element("div", { class: "preview", "aria-live": "polite" });
  const tags = element("div", { class: "tags" });
  addFact(facts, text("column.size"), `${formatBytes(size)} (${size})`);
  addFact(facts, text("column.modified"), formatDate(modified));
  addFact(facts, "ETag", etag);
  const shown = ask(
    name,
    [
      box,
      facts,
      tags,
      copyRow(text("object.link"), publicAddress(view.bucket, key)),
      element(
        "p",
        { class: "actions" },
        element(
          "a",
          {
            class: "button small",
            download: true,
            href: linkAddress(view.bucket, key, { "response-content-disposition": attachment(key) }),
          },
          text("download"),
        ),
        button(text("link.temporary"), () => askForLink(view.bucket, key), "small"),
        button(text("tags.edit"), () => editTags(view.bucket, key, () => showTags(view.bucket, key, tags)), "small"),
      ),
    ],
    { wide: true },
  );
  fill(view.bucket, key, size, facts, box, tags).catch((problem) => {
    box.replaceChildren(element("p", { class: "notice danger" }, problem.message));
  });
  await shown;
}

async function fill(bucket, key, size, facts, box, tags) {
  const fields = await objectFields(bucket, key);
  for (const [name, value] of fields) {
    if (shownFields.test(name) && value !== addedByServer) addFact(facts, name, value);
  }
  const type = fields.find(([name]) => name === "content-type")?.[1] ?? "";
  box.replaceChildren(...(await preview(bucket, key, type, size)));
  await showTags(bucket, key, tags);
}

async function showTags(bucket, key, box) {
  const tags = await objectTags(bucket, key);
  box.replaceChildren(...tags.map(([name, value]) => element("span", { class: "badge" }, `${name} = ${value}`)));
}

function addFact(list, name, value) {
  list.append(element("div", { class: value.length > 40 ? "wide" : null }, element("dt", {}, name), element("dd", {}, value)));
}
