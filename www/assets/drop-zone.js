/** The three ways to hand over files: the picker, dropping them anywhere on the page, and pasting. */

/** `take(files)` is called with an array that is never empty. */
export function acceptFiles(zone, input, take) {
  input.addEventListener("change", () => {
    offer([...input.files], take);
    // So that picking the same file again is a change, and that the form does not send it too.
    input.value = "";
  });
  acceptDrops(zone, take);
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    offer(files.map(named), take);
  });
}

function acceptDrops(zone, take) {
  // Entering a child element leaves its parent: the count tells when the pointer has left the page.
  let depth = 0;
  const enter = (change) => {
    depth = Math.max(0, depth + change);
    zone.classList.toggle("expecting", depth > 0);
  };
  const whenFiles = (name, action) => addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    action(event);
  });
  whenFiles("dragenter", () => enter(+1));
  whenFiles("dragleave", () => enter(-1));
  whenFiles("dragover", (event) => (event.dataTransfer.dropEffect = "copy"));
  whenFiles("drop", (event) => {
    enter(-depth);
    offer([...event.dataTransfer.files], take);
  });
}

function offer(files, take) {
  if (files.length > 0) take(files);
}

/** Browsers call every pasted picture "image.png": the time tells them apart. */
function named(file) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const time = new Date().toISOString().slice(0, 19).replace(/[T:]/g, "-");
  return new File([file], `pasted-${time}.${file.name.split(".").at(-1)}`, { type: file.type });
}
