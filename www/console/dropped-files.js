/** The files of a drop, with those in dropped folders, and of a file field. */

/** Pairs of a file and its path. Must be called while the event is handled: the browser forgets the drop afterwards. */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) return [...transfer.files].map((file) => [file, file.name]);
  const found = [];
  for (const entry of entries) await collect(entry, "", found);
  return found;
}

/** Pairs of a file and its path, for a field that may be one for folders. */
export function chosenFiles(input) {
  return [...input.files].map((file) => [file, file.webkitRelativePath || file.name]);
}

async function collect(entry, path, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push([file, path + entry.name]);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const child of some) await collect(child, `${path}${entry.name}/`, found);
  }
}
