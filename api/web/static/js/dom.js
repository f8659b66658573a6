// Elements from code: nothing here or elsewhere puts text through an HTML parser.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, one] of Object.entries(value)) node.style.setProperty(key, one);
    else if (name === "value" && "value" in node) node.value = value;
    else if (name === "checked" || name === "indeterminate") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  add(node, children);
  return node;
}

export function add(node, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

// Instead of what stood there; the DOM's own replaceChildren would write "null" for what is not there.
export function put(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

export function h(tag, props, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name || "div");
  if (classes.length) node.className = classes.join(" ");
  if (name === "button") node.type = "button";
  return fill(node, props, children);
}

export function svg(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

// A heading that takes two lines is broken between words where the browser knows them: the style keeps the rest together.
export function byWords(heading) {
  const text = heading.childElementCount ? "" : heading.textContent;
  if (!text || !Intl.Segmenter) return;
  const words = new Intl.Segmenter("zh", { granularity: "word" }).segment(text);
  heading.replaceChildren(
    ...[...words].flatMap(({ segment, isWordLike }) => (isWordLike ? [h("wbr"), segment] : segment)),
  );
}

export const $ = (selector, inside = document) => inside.querySelector(selector);

let counter = 0;
export function uid(prefix = "n") {
  counter += 1;
  return `${prefix}${counter}`;
}

// Icons are strokes on a 24 grid, drawn in the colour of the text beside them; they never stand for a word alone.
const ICONS = {
  home: "M4 11 12 4l8 7v9h-5v-6H9v6H4z",
  report: "M6 3h9l4 4v14H6zM14 3v5h5M9 12h7M9 16h7",
  chat: "M5 4h14v13h-8l-4 4v-4H5zM12 4v13M5 10.5h14",
  affairs: "M4 8h16v12H4zM9 8V5h6v3M4 13h16M12 12v2",
  mine: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.5 3.5-7 8-7s8 2.5 8 7",
  back: "M15 4 7 12l8 8",
  next: "m9 5 7 7-7 7",
  sound: "M4 9v6h4l5 4V5L8 9zM16 9c1.5 1.5 1.5 4.5 0 6M18.5 6.5c3 3 3 8 0 11",
  mic: "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zM6 12a6 6 0 0 0 12 0M12 18v3",
  stop: "M7 7h10v10H7z",
  check: "m5 12 5 5 9-10",
  okay: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12l3 3 5-6",
  cross: "m6 6 12 12M18 6 6 18",
  minus: "M6 12h12",
  plus: "M12 5v14M5 12h14",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7v.5",
  ask: "M10 3.3a9 9 0 0 1 4 0M17.5 5a9 9 0 0 1 2.5 3M21 12a9 9 0 0 1-1 4M17.5 19a9 9 0 0 1-3.5 1.7M10 20.7A9 9 0 0 1 6.5 19M4 16a9 9 0 0 1-1-4M4 8a9 9 0 0 1 2.5-3M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.5v.2",
  warn: "M12 4 3 20h18zM12 10v5M12 17.5v.5",
  flag: "M6 21V4h11l-2 4 2 4H6",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2",
  round: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
  image: "M4 5h16v14H4zM8.5 10.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM4 17l5-5 4 4 3-3 4 4",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  key: "M8 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM11 11l9 9M16 16l3-3",
  bell: "M6 17V11a6 6 0 0 1 12 0v6l2 1H4zM10 21h4",
  up: "M7 11v9H4v-9zM7 11l4-7c2 0 2.5 1.5 2 3l-.5 3H19c1.5 0 2 1 2 2l-1.5 6c-.3 1.3-1 2-2.5 2H7",
  down: "M7 13V4H4v9zM7 13l4 7c2 0 2.5-1.5 2-3l-.5-3H19c1.5 0 2-1 2-2l-1.5-6c-.3-1.3-1-2-2.5-2H7",
  file: "M6 3h9l4 4v14H6zM14 3v5h5",
  load: "M12 4v11M7 11l5 5 5-5M4 20h16",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  shield: "M12 3 5 6v6c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6zM9 12l2 2 4-4",
  star: "m12 3 2.7 5.8 6.3.7-4.7 4.2 1.3 6.3-5.6-3.2L6.4 20l1.3-6.3L3 9.5l6.3-.7z",
  heart: "M12 20S4 15 4 9a4 4 0 0 1 8-1 4 4 0 0 1 8 1c0 6-8 11-8 11z",
  pen: "m4 20 1-5L16 4l4 4L9 19zM14 6l4 4",
  send: "M4 12 20 4l-5 16-3-7z",
  phone: "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A15 15 0 0 1 3 6a2 2 0 0 1 2-2z",
  book: "M12 6c-2-1.5-5-2-8-2v14c3 0 6 .5 8 2 2-1.5 5-2 8-2V4c-3 0-6 .5-8 2zM12 6v14",
  share:
    "M6 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM18 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM18 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 11l8-4M8 13l8 4",
  card: "M3 5h18v14H3zM8.5 11.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM5.5 16c.5-2.5 5.5-2.5 6 0M15 9h3M15 13h3",
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  qr: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2M20 14v2M14 20h2M18 18h2v2",
  pin: "M12 21s-7-6-7-11a7 7 0 0 1 14 0c0 5-7 11-7 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  hall: "M3 9l9-5 9 5zM5 9v8M9.5 9v8M14.5 9v8M19 9v8M3 20h18",
  size: "M3 18 8 6l5 12M4.7 14h6.6M14 18l3.5-8 3.5 8M15 15.5h5",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20",
  bars: "M5 20V11M12 20V4M19 20v-6",
  window: "M4 4h16v16H4zM12 4v16M4 12h16",
};

export function icon(name, props) {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false", ...props },
    svg("path", { d: ICONS[name] }),
  );
}
