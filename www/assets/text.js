/** What scripts say, in the language of the page. */

import { strings } from "./strings.js";

/** The string of a key, with the values of its parameters. */
export function text(key, values = {}) {
  return strings[key].replace(/\{([a-z]+)\}/g, (whole, name) => values[name] ?? whole);
}
