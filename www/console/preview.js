/**
 * Shows what an object holds: pictures, text and PDF, by its type or by its name. Nothing of it runs: pictures are
 * `<img>`, text is a text node, PDF is the browser's own viewer in a frame; the server forbids the rest.
 */

import { element } from "./dom.js";
import { linkAddress, request, storeAddress } from "./s3.js";
import { text } from "./words.js";

const textLimit = 256 * 1024;

const pictures = /\.(jpe?g|png|gif|webp|avif|svg|bmp|ico)$/i;
const texts = /\.(txt|md|csv|tsv|json|xml|ya?ml|toml|ini|conf|log|html?|css|js|mjs|ts|py|rb|go|rs|swift|c|h|cpp|java|sh|sql|svg)$/i;

/** The elements that show it; none for what cannot be shown. */
export async function preview(bucket, key, type, size) {
  if (size === 0) return [];
  if (type.startsWith("image/") || (isVague(type) && pictures.test(key))) return [picture(bucket, key, type)];
  if (type.startsWith("application/pdf") || (isVague(type) && /\.pdf$/i.test(key))) return [document(bucket, key)];
  if (type.startsWith("text/") || /[/+](json|xml|javascript|yaml)\b/.test(type) || (isVague(type) && texts.test(key))) {
    return plainText(bucket, key, size);
  }
  return [];
}

function isVague(type) {
  return type === "" || type.includes("octet-stream");
}

function picture(bucket, key, type) {
  const vector = /svg/.test(type) || /\.svg$/i.test(key);
  const query = vector ? { "response-content-type": "image/svg+xml" } : {};
  const image = element("img", { src: linkAddress(bucket, key, query), alt: key, decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(element("p", { class: "facts" }, text("preview.failed"))));
  return image;
}

function document(bucket, key) {
  // Whatever was put there, it is PDF to the browser, which does not guess.
  const query = { "response-content-type": "application/pdf", "response-content-disposition": "inline" };
  return element("iframe", { src: linkAddress(bucket, key, query), title: key, referrerpolicy: "no-referrer" });
}

async function plainText(bucket, key, size) {
  const answer = await request("GET", storeAddress(bucket, key), {
    headers: size > textLimit ? { Range: `bytes=0-${textLimit - 1}` } : {},
  });
  const shown = element("pre", { tabindex: "0" }, await answer.text());
  return size > textLimit ? [shown, element("p", { class: "facts" }, text("preview.part"))] : [shown];
}
