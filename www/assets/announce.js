/** Speaks to screen readers through one live region, made on first use. */

let region;

export function announce(message) {
  if (!region) {
    region = document.createElement("div");
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  // A line of its own for each message, so that one does not swallow another spoken in the same moment.
  const line = document.createElement("p");
  line.textContent = message;
  region.append(line);
  setTimeout(() => line.remove(), 10_000);
}
