/** What is set for a bucket: who may read it, its policy, and which pages of other sites may use it (CORS). */

import { call } from "./api.js";
import { element } from "./dom.js";
import { formatBytes } from "./format.js";
import { accessPanel } from "./access-panel.js";
import { documentPanel } from "./document-panel.js";
import { exampleRules } from "./cors.js";
import { pretty } from "./policy.js";
import { folderAddress } from "./addresses.js";
import { countText, text } from "./words.js";

export async function bucketSettingsPage(main, bucket) {
  const show = async () => {
    const facts = await call("GET", `buckets/${encodeURIComponent(bucket)}`);
    if (facts.fixed) throw new Error(text("bucket.fixed"));
    const count = facts.objects === null ? "" : `${countText("objects", facts.objects)}, ${formatBytes(facts.bytes)} · `;
    main.replaceChildren(
      element(
        "div",
        { class: "page-head" },
        element("h1", { class: "crumbs" }, element("a", { href: folderAddress(bucket) }, bucket)),
      ),
      element("p", { class: "facts" }, `${count}${text("bucket.owner", { name: facts.owner })}`),
      accessPanel(bucket, facts.policy, show),
      documentPanel(bucket, {
        name: "policy",
        heading: text("policy.heading"),
        hint: text("policy.hint"),
        value: pretty(facts.policy),
        check: (value) => JSON.parse(value),
        then: show,
      }),
      documentPanel(bucket, {
        name: "cors",
        heading: text("cors.heading"),
        hint: text("cors.hint"),
        value: facts.cors ?? "",
        example: exampleRules,
        then: show,
      }),
    );
  };
  await show();
}
