// @ts-check
/** Elements made of words and data. Text is always text: nothing here reads markup. */

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | EventListener>} Properties */

/**
 * An element: `h("button", {class: "go", onclick: order}, t("Order"))`. A property that is false, null or undefined is
 * left out, true stands alone, and one that begins with `on` is a listener.
 * @param {string} tag `svg:` before it makes an element of a drawing
 * @param {Properties} [properties]
 * @param {...(Child | Child[])} children
 * @returns {any}
 */
export function h(tag, properties = {}, ...children) {
  const element = tag.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4))
    : document.createElement(tag);
  set(element, properties);
  element.append(...said(children));
  return element;
}

/**
 * @param {Element} element
 * @param {Properties} properties
 */
export function set(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else {
      const text = value === true ? "" : String(value);
      if (element.getAttribute(name) !== text) element.setAttribute(name, text);
    }
  }
}

/**
 * What is in this element now, and nothing else.
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...said(children));
}

/**
 * Only where it differs: a screen reader is not told again what it has said.
 * @param {Element} element
 * @param {string | number} words
 */
export function tell(element, words) {
  if (element.textContent !== String(words)) element.textContent = String(words);
}

/**
 * The element with this id, which the template has.
 * @param {string} id
 * @returns {any}
 */
export function at(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the template has no #${id}`);
  return element;
}

/**
 * One child for each row, in their order. A row that is still there keeps its element, and with it focus and what was
 * typed: `show` brings the element up to date.
 * @template R
 * @param {Element} parent
 * @param {R[]} rows
 * @param {(row: R) => string} keyOf
 * @param {(row: R) => Element} make
 * @param {(element: any, row: R) => void} [show]
 */
export function each(parent, rows, keyOf, make, show = () => {}) {
  /** @type {Map<string, Element>} */
  const known = new Map();
  for (const child of parent.children) {
    const key = child.getAttribute("data-key");
    if (key !== null) known.set(key, child);
  }
  const elements = rows.map((row) => {
    const key = keyOf(row);
    const element = known.get(key) ?? make(row);
    known.delete(key);
    set(element, { "data-key": key });
    show(element, row);
    return element;
  });
  for (const gone of known.values()) gone.remove();
  elements.forEach((element, place) => {
    if (parent.children[place] !== element) parent.insertBefore(element, parent.children[place] ?? null);
  });
}

/**
 * @param {(Child | Child[])[]} children
 * @returns {(Node | string)[]}
 */
function said(children) {
  /** @type {(Node | string)[]} */
  const found = [];
  for (const child of children.flat()) {
    if (child instanceof Node) found.push(child);
    else if (child !== null && child !== undefined && child !== false) found.push(String(child));
  }
  return found;
}
