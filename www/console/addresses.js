/**
 * The addresses of pages: their names stand in the fragment, `#/buckets/name/folder/`, percent-encoded piece by piece.
 */

/** The address of a folder of a bucket. */
export function folderAddress(bucket, prefix = "") {
  const path = prefix.split("/").map(encodeURIComponent).join("/");
  return `#/buckets/${encodeURIComponent(bucket)}/${path}`;
}

/** The address of a bucket's settings. */
export function settingsAddress(bucket) {
  return `#/settings/${encodeURIComponent(bucket)}`;
}
