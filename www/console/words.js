/** What the pages say, in the language of the visitor: the web server chooses the file of www/console/words/. */

let words = {};

/** The language, as `en`. */
export let language = "en";

export async function loadWords() {
  const answer = await fetch("/words.json");
  words = await answer.json();
  language = words.language;
  document.documentElement.lang = language;
}

/** A text with values in place of `{name}`. */
export function text(name, values = {}) {
  const pattern = words[name] ?? name;
  return pattern.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/** The text for a number of things: `name_one`, `name_few`, `name_many`, `name_other`, as the language counts. */
export function countText(name, count) {
  const form = new Intl.PluralRules(language).select(count);
  const pattern = words[`${name}_${form}`] ?? words[`${name}_other`] ?? name;
  return pattern.replace("{count}", new Intl.NumberFormat(language).format(count));
}

/** Whether there is a text of that name. */
export function hasText(name) {
  return name in words;
}
