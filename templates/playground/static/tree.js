// Builds what the server drew, node by node. Text is only ever set as text: nothing in a message can become markup.

const TAGS = new Set(
  ("a blockquote br button code details div em fieldset figcaption figure h2 h3 h4 hr img input label legend li ol " +
    "option p pre s select small span strong summary textarea time u ul").split(" "),
);
const ATTRIBUTES = new Set(
  ("alt aria-describedby aria-expanded aria-haspopup aria-hidden aria-label aria-multiselectable aria-selected " +
    "checked class data-accent data-block data-choose data-done data-field data-least data-menu data-most data-press " +
    "data-spoiler data-value download for hidden href id loading maxlength minlength name placeholder rel required " +
    "role rows selected src start tabindex target title type value").split(" "),
);
const LINKS = /^((https?|mailto|tel):|\/attachments\/)/i;
const COLOUR = /^#[0-9a-f]{6}$/;

// One element with a class, text or children; for what the page itself shows.
export function make(tag, kind, ...children) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  element.append(...children);
  return element;
}

export function build(node) {
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, attributes, ...children] = node;
  if (!TAGS.has(tag)) return make("div", "cannot-draw", `cannot draw: <${tag}>`);
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (!ATTRIBUTES.has(name) || (name === "href" && !LINKS.test(value))) continue;
    element.setAttribute(name, value);
  }
  const accent = attributes["data-accent"];
  if (COLOUR.test(accent ?? "")) element.style.setProperty("--accent", accent);
  if (tag === "img") describeWhenMissing(element);
  element.append(...children.map(build));
  return element;
}

// A picture that cannot be shown is told in its own words, as a reader of the platform would hear them.
function describeWhenMissing(image) {
  image.addEventListener("error", () => {
    image.replaceWith(make("div", "missing-picture", `Picture: ${image.alt || "no description"}`));
  });
}
