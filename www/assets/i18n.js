/**
 * Translates a page in place. An element names its string by `data-i18n`, its attributes theirs by
 * `data-i18n-attr="title: key; aria-label: key"`. English is what the document itself says; the other languages, and
 * English for what only scripts say, come from the table. In a string, {1} is the element's first child element and
 * {name} a parameter.
 */

import { preferredLanguage } from "./language.js";
import { strings } from "./strings.js";

const originals = new WeakMap();
const parameters = new WeakMap();
let language = preferredLanguage();

export const currentLanguage = () => language;

/** The string in the current language, for what no element keeps, such as an announcement. */
export function text(key, values = {}) {
  return filledIn(strings[key][language] ?? strings[key].en, values);
}

/** Gives an element a string of the table; it follows later changes of the language. */
export function setText(element, key, values = {}) {
  element.dataset.i18n = key;
  parameters.set(element, values);
  translateContent(element);
}

/** Gives an element text that a function makes, such as a date or a size; it follows the language too. */
export function setFormatted(element, make) {
  element.dataset.i18n = "";
  parameters.set(element, make);
  translateContent(element);
}

/** Translates what lies inside `root`, such as the copy of a template before it is shown. */
export function translate(root) {
  root.querySelectorAll("[data-i18n-attr]").forEach(translateAttributes);
  root.querySelectorAll("[data-i18n]").forEach(translateContent);
}

export function switchLanguage(code) {
  language = code;
  document.documentElement.lang = code;
  translate(document);
  document.dispatchEvent(new CustomEvent("languageswitched"));
}

function translateContent(element) {
  const values = parameters.get(element) ?? {};
  if (typeof values === "function") {
    element.textContent = values();
    return;
  }
  const original = originalOf(element, () => ({ text: template(element), children: [...element.children] }));
  const pieces = filledIn(translation(element.dataset.i18n) ?? original.text, values).split(/\{(\d)\}/);
  // Splitting by a group leaves text at even places and the numbers of children at odd ones.
  element.replaceChildren(...pieces.map((piece, place) => (place % 2 ? original.children[piece - 1] : piece)));
}

function translateAttributes(element) {
  for (const pair of element.dataset.i18nAttr.split(";")) {
    const [name, key] = pair.split(":").map((part) => part.trim());
    const attribute = element.getAttributeNode(name);
    const original = originalOf(attribute, () => attribute.value);
    attribute.value = translation(key) ?? original;
  }
}

function translation(key) {
  return strings[key]?.[language] ?? strings[key]?.en;
}

function originalOf(node, read) {
  if (!originals.has(node)) originals.set(node, read());
  return originals.get(node);
}

function template(element) {
  let count = 0;
  const pieces = [...element.childNodes].map((node) =>
    node.nodeType === Node.ELEMENT_NODE ? `{${(count += 1)}}` : node.textContent.replace(/\s+/g, " "));
  return pieces.join("").trim();
}

function filledIn(string, values) {
  return string.replace(/\{([a-z]+)\}/g, (whole, name) => values[name] ?? whole);
}
