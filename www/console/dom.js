/** Makes elements. Texts become text nodes: nothing that comes from the store is ever read as markup. */

/**
 * An element with attributes and children. An attribute that is a function listens to the event of its name; true sets
 * it, false and null leave it out.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (typeof value === "function") made.addEventListener(key, value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

let lastId = 0;

/** An id that no other element has. */
export function freshId() {
  return `id-${++lastId}`;
}

/** A field with its label; further attributes are the field's. A hint stands below it. */
export function field(label, attributes = {}, { hint, kind = "input", options } = {}) {
  const id = freshId();
  const described = hint ? { "aria-describedby": `${id}-hint` } : {};
  const input = element(kind, { id, ...described, ...attributes });
  for (const [value, name] of options ?? []) input.append(element("option", { value }, name));
  const row = element(
    "p",
    { class: "field" },
    element("label", { for: id }, label),
    input,
    hint && element("span", { class: "facts", id: `${id}-hint` }, hint),
  );
  return { row, input };
}

/** A checkbox with its label behind it. */
export function checkbox(label, attributes = {}) {
  const id = freshId();
  const input = element("input", { type: "checkbox", id, ...attributes });
  return { row: element("p", { class: "choice" }, input, element("label", { for: id }, label)), input };
}

/** A button. `kind` is a class: primary, danger, quiet. */
export function button(label, action, kind = "", attributes = {}) {
  return element("button", { type: "button", class: kind || null, click: action, ...attributes }, label);
}
