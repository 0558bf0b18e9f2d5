/** Sends one file to the object store, in one piece or in parts, and says how far it is. */

import { ownRequest, Refusal } from "./api.js";
import { refusal, request, requestXML, storeAddress } from "./s3.js";
import { elementText } from "./xml.js";

const wholeLimit = 16 * 1024 * 1024;
const partSize = 8 * 1024 * 1024;
const partLimit = 10_000;
const partsAtOnce = 3;

/**
 * Puts a file under a key. `progress` is told the bytes that were sent; `signal` ends it, with nothing left behind.
 * Unless it `replaces`, an object that is there already stays, and the upload is refused.
 */
export function upload(bucket, key, file, { progress, signal, replaces }) {
  const put = { bucket, key, file, progress, signal, replaces, type: file.type || "application/octet-stream" };
  return file.size <= wholeLimit ? putWhole(put) : putInParts(put);
}

function condition({ replaces }) {
  return replaces ? {} : { "If-None-Match": "*" };
}

function putWhole(put) {
  const headers = { "Content-Type": put.type, ...condition(put) };
  return transfer("PUT", storeAddress(put.bucket, put.key), headers, put.file, put.signal, put.progress);
}

async function putInParts(put) {
  const { bucket, key, file, signal } = put;
  const size = Math.max(partSize, Math.ceil(file.size / partLimit / 65536) * 65536);
  const begun = await requestXML("POST", storeAddress(bucket, key, { uploads: "" }), {
    headers: { "Content-Type": put.type },
    signal,
  });
  const uploadId = elementText(begun, "UploadId");
  try {
    const tags = await sendParts(put, uploadId, size);
    const list = tags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`);
    await request("POST", storeAddress(bucket, key, { uploadId }), {
      headers: { "Content-Type": "application/xml", ...condition(put) },
      body: `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`,
      signal,
    });
  } catch (problem) {
    await request("DELETE", storeAddress(bucket, key, { uploadId })).catch(() => {});
    throw problem;
  }
}

/** Sends all parts, some at the same time; their entity tags, in order. */
async function sendParts({ bucket, key, file, signal, progress }, uploadId, size) {
  const count = Math.ceil(file.size / size);
  const tags = new Array(count);
  const sent = new Array(count).fill(0);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  let next = 0;

  async function work() {
    while (next < count) {
      const index = next++;
      const address = storeAddress(bucket, key, { partNumber: String(index + 1), uploadId });
      const piece = file.slice(index * size, (index + 1) * size);
      const answer = await transfer("PUT", address, {}, piece, either, (bytes) => {
        sent[index] = bytes;
        progress(sent.reduce((sum, part) => sum + part, 0));
      });
      tags[index] = answer.getResponseHeader("ETag");
    }
  }

  try {
    await Promise.all(Array.from({ length: Math.min(partsAtOnce, count) }, work));
  } catch (problem) {
    failed.abort();
    throw problem;
  }
  return tags;
}

/** XMLHttpRequest, since fetch does not say how far it is. */
function transfer(method, address, headers, body, signal, progress) {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open(method, address);
    for (const [name, value] of Object.entries({ ...ownRequest(), ...headers })) sending.setRequestHeader(name, value);
    sending.upload.addEventListener("progress", (event) => progress(event.loaded));
    sending.addEventListener("load", () =>
      sending.status < 300 ? resolve(sending) : reject(refusal(sending.status, sending.responseText)),
    );
    sending.addEventListener("error", () => reject(new Refusal("connection")));
    sending.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    if (signal.aborted) return reject(new DOMException("", "AbortError"));
    signal.addEventListener("abort", () => sending.abort(), { once: true });
    sending.send(body);
  });
}
