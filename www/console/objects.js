/** What is done with buckets and objects, in S3's operations. */

import { request, requestXML, storeAddress } from "./s3.js";
import { children, elementText, escapeXML } from "./xml.js";

/** The buckets of the account: `name`, `created`. */
export async function listBuckets() {
  const answer = await requestXML("GET", storeAddress());
  return children(children(answer, "Buckets")[0], "Bucket").map((bucket) => ({
    name: elementText(bucket, "Name"),
    created: elementText(bucket, "CreationDate"),
  }));
}

export function createBucket(name) {
  return request("PUT", storeAddress(name));
}

export function deleteBucket(name) {
  return request("DELETE", storeAddress(name));
}

/** A page of a listing: `folders`, `objects` (`key`, `size`, `modified`, `etag`), and `next`, which is null at the end. */
export async function listObjects(bucket, { prefix = "", delimiter, limit = 1000, after, signal } = {}) {
  const query = {
    "list-type": "2",
    prefix,
    delimiter,
    "max-keys": String(limit),
    "encoding-type": "url",
    "continuation-token": after,
  };
  const answer = await requestXML("GET", storeAddress(bucket, "", query), { signal });
  return {
    folders: children(answer, "CommonPrefixes").map((folder) => decoded(elementText(folder, "Prefix"))),
    objects: children(answer, "Contents").map((object) => ({
      key: decoded(elementText(object, "Key")),
      size: Number(elementText(object, "Size")),
      modified: elementText(object, "LastModified"),
      etag: elementText(object, "ETag").replaceAll('"', ""),
    })),
    next: elementText(answer, "NextContinuationToken") || null,
  };
}

function decoded(name) {
  return decodeURIComponent(name.replaceAll("+", " "));
}

/** All keys under a prefix, a page at a time. */
export async function* keysUnder(bucket, prefix) {
  let after;
  do {
    const page = await listObjects(bucket, { prefix, after });
    yield page.objects.map((object) => object.key);
    after = page.next;
  } while (after);
}

/** Deletes up to 1,000 objects in one request; the keys that were refused, with the reason. */
export async function deleteObjects(bucket, keys) {
  const list = keys.map((key) => `<Object><Key>${escapeXML(key)}</Key></Object>`).join("");
  const answer = await requestXML("POST", storeAddress(bucket, "", { delete: "" }), {
    headers: { "Content-Type": "application/xml" },
    body: `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${list}</Delete>`,
  });
  return children(answer, "Error").map((error) => ({
    key: elementText(error, "Key"),
    message: elementText(error, "Message"),
  }));
}

/** Moves an object: a copy with all its facts, then the deletion of what was copied. It takes the place of no other. */
export async function moveObject(bucket, key, target) {
  const source = `/${encodeURIComponent(bucket)}/${key.split("/").map(encodeURIComponent).join("/")}`;
  const headers = { "x-amz-copy-source": source, "If-None-Match": "*" };
  await requestXML("PUT", storeAddress(bucket, target), { headers });
  await request("DELETE", storeAddress(bucket, key));
}

/** All that is known of an object: a list of pairs of a field's name and its value. */
export async function objectFields(bucket, key) {
  const answer = await request("HEAD", storeAddress(bucket, key), { headers: { "x-amz-checksum-mode": "ENABLED" } });
  return [...answer.headers];
}

/** The tags of an object: pairs. */
export async function objectTags(bucket, key) {
  const answer = await requestXML("GET", storeAddress(bucket, key, { tagging: "" }));
  return children(children(answer, "TagSet")[0], "Tag").map((tag) => [
    elementText(tag, "Key"),
    elementText(tag, "Value"),
  ]);
}

export function setObjectTags(bucket, key, tags) {
  const list = tags.map(([name, value]) => `<Tag><Key>${escapeXML(name)}</Key><Value>${escapeXML(value)}</Value></Tag>`);
  return request("PUT", storeAddress(bucket, key, { tagging: "" }), {
    headers: { "Content-Type": "application/xml" },
    body: `<Tagging><TagSet>${list.join("")}</TagSet></Tagging>`,
  });
}

/** Sets a document of a bucket, such as its policy; null takes it away. */
export function setBucketDocument(bucket, name, body) {
  const address = storeAddress(bucket, "", { [name]: "" });
  return body === null ? request("DELETE", address) : request("PUT", address, { body });
}
