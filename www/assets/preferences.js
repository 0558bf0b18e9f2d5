/** Values kept in this browser. A browser that refuses storage forgets them; nothing else breaks. */

const prefix = "vitrine.";

export function remembered(name) {
  try {
    return JSON.parse(localStorage.getItem(prefix + name));
  } catch {
    return null;
  }
}

/** Whether the value was kept: a private window or a full store refuses. */
export function remember(name, value) {
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Calls `action` when another tab of this site changes the value. */
export function whenChangedElsewhere(name, action) {
  addEventListener("storage", (event) => {
    if (event.key === prefix + name || event.key === null) action();
  });
}
