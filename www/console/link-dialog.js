/** Presigned links: whoever has one can fetch or put an object until it expires. */

import { call } from "./api.js";
import { copyRow } from "./copy-row.js";
import { ask } from "./dialog.js";
import { element, field } from "./dom.js";
import { text } from "./words.js";

const times = [
  ["900", "15m"],
  ["3600", "1h"],
  ["86400", "1d"],
  ["604800", "7d"],
];

export function askForLink(bucket, key) {
  const method = field(text("link.method"), {}, {
    kind: "select",
    options: [
      ["GET", text("link.get")],
      ["PUT", text("link.put")],
    ],
  });
  const time = field(text("link.expires"), {}, {
    kind: "select",
    options: times.map(([seconds, name]) => [seconds, text(`time.${name}`)]),
  });
  time.input.value = "3600";
  const made = element("div", { role: "status" });
  return ask(text("link.heading"), [element("p", { class: "object-name" }, key), method.row, time.row, made], {
    confirm: text("link.make"),
    action: async () => {
      const { url } = await call("POST", "links", {
        method: method.input.value,
        bucket,
        key,
        expires: Number(time.input.value),
      });
      made.replaceChildren(copyRow(text("link"), url));
      made.querySelector("input").focus();
      // The dialog stays, for the link to be copied.
      return false;
    },
  });
}
