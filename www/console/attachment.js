/** What tells a browser to save an object instead of showing it. */

/** `attachment` with the last piece of a key as the file's name (RFC 6266). */
export function attachment(key) {
  const name = key.split("/").filter(Boolean).at(-1) ?? "object";
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return `attachment; filename*=UTF-8''${encoded}`;
}
