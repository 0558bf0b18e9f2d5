/** What can be told about a file before it is sent. The server decides; this only saves a visitor the wait. */

// The empty one: a name without an extension, whose content tells what it is.
const extensions = ["", "jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp", "png", "apng", "gif"];
// Old systems have names of their own for the first two.
const types = ["image/jpeg", "image/pjpeg", "image/png", "image/x-png", "image/apng", "image/gif"];

/** The first bytes of a JPEG, a PNG and a GIF. */
const signatures = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  [0x47, 0x49, 0x46, 0x38],
];

/** A problem to show, or null where the file may be sent. `limit` is in bytes; a file of exactly that size passes. */
export async function checkFile(file, limit) {
  if (!extensions.includes(extensionOf(file.name))) return refused("check.extension");
  // Systems that do not know a type leave it empty.
  if (file.type && !types.includes(file.type)) return refused("check.type");
  if (file.size === 0) return refused("check.empty");
  if (file.size > limit) return refused("check.size", { size: file.size, limit });
  try {
    const start = new Uint8Array(await file.slice(0, 8).arrayBuffer());
    return signatures.some((signature) => begins(start, signature)) ? null : refused("check.content");
  } catch {
    // A folder, or a file that was moved or forbidden since it was picked.
    return refused("check.unreadable");
  }
}

function extensionOf(name) {
  return name.includes(".") ? name.split(".").at(-1).toLowerCase() : "";
}

function begins(bytes, signature) {
  return signature.every((byte, index) => bytes[index] === byte);
}

function refused(key, bytes = {}) {
  return { key, bytes, retry: "never" };
}
