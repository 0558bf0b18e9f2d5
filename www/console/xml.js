/** XML, as S3's API has it. */

export function parseXML(source) {
  return new DOMParser().parseFromString(source, "application/xml").documentElement;
}

/** Children of an element by their name. */
export function children(parent, name) {
  return [...parent.children].filter((child) => child.localName === name);
}

/** The text of a child; empty where there is none. */
export function elementText(parent, name) {
  return children(parent, name)[0]?.textContent ?? "";
}

/** A text as it may stand in XML. */
export function escapeXML(source) {
  return source.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
