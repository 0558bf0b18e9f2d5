/** The object store's own API (S3), spoken with the session instead of a signature. */

import { consoleRoot, linkProof, ownRequest, Refusal, sessionEnded } from "./api.js";
import { storeOrigin } from "./session.js";
import { elementText, parseXML } from "./xml.js";

const mount = `${consoleRoot}/store`;

/** The address of a bucket or an object; `query` is an object, whose empty values stand without `=`. */
export function storeAddress(bucket = "", key = "", query = {}) {
  const path = key.split("/").map(encodeURIComponent).join("/");
  const list = Object.entries(query)
    .filter(([, value]) => value != null)
    .map(([name, value]) => encodeURIComponent(name) + (value === "" ? "" : `=${encodeURIComponent(value)}`));
  return `${mount}/${bucket ? encodeURIComponent(bucket) : ""}${bucket ? "/" : ""}${path}${list.length ? `?${list.join("&")}` : ""}`;
}

/** The same for what the browser fetches by itself: pictures, frames and downloads. */
export function linkAddress(bucket, key, query = {}) {
  return storeAddress(bucket, key, { ...query, "x-vitrine-proof": linkProof() });
}

/** The address of an object at the store's own endpoint: for whoever may read it without a key. */
export function publicAddress(bucket, key) {
  return `${storeOrigin()}/${encodeURIComponent(bucket)}/${key.split("/").map(encodeURIComponent).join("/")}`;
}

/** Sends a request; its answer, whatever its status is. */
export async function send(method, address, { headers = {}, body, signal } = {}) {
  try {
    return await fetch(address, { method, headers: { ...ownRequest(), ...headers }, body, signal });
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Refusal("connection");
  }
}

/** Sends a request; its answer, if it is a good one. */
export async function request(method, address, options) {
  const answer = await send(method, address, options);
  if (!answer.ok) throw refusal(answer.status, await answer.text());
  return answer;
}

/** Sends a request whose answer is an XML document; that document. */
export async function requestXML(method, address, options) {
  const answer = await request(method, address, options);
  return parseXML(await answer.text());
}

/** What an answer that is not good means: S3's error document, or the console's own. */
export function refusal(status, body) {
  if (body.startsWith("{")) {
    const { code, detail } = JSON.parse(body);
    if (code === "sign-in-required") sessionEnded();
    return new Refusal(code, detail, status);
  }
  const document = body.includes("<Error") ? parseXML(body) : null;
  const code = (document && elementText(document, "Code")) || `status-${status}`;
  return new Refusal(code, (document && elementText(document, "Message")) ?? "", status);
}
