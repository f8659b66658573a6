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
  chat: "M4 5h16v11H9l-5 4z M8 9h8M8 12h5",
  affairs: "M4 7h16v13H4zM9 7V4h6v3M4 13h16",
  mine: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.5 3.5-7 8-7s8 2.5 8 7",
  back: "M15 4 7 12l8 8",
  next: "m9 5 7 7-7 7",
  sound: "M4 9v6h4l5 4V5L8 9zM16 9c1.5 1.5 1.5 4.5 0 6M18.5 6.5c3 3 3 8 0 11",
  stop: "M7 7h10v10H7z",
  check: "m5 12 5 5 9-10",
  cross: "m6 6 12 12M18 6 6 18",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7v.5",
  warn: "M12 4 3 20h18zM12 10v5M12 17.5v.5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l4 2",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  key: "M14 10a5 5 0 1 0-4 4l2 2h3v3h3v3h3v-4z",
  bell: "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4",
  up: "M7 11v9H4v-9zM7 11l4-7c2 0 2.5 1.5 2 3l-.5 3H19c1.5 0 2 1 2 2l-1.5 6c-.3 1.3-1 2-2.5 2H7",
  down: "M7 13V4H4v9zM7 13l4 7c2 0 2.5-1.5 2-3l-.5-3H19c1.5 0 2-1 2-2l-1.5-6c-.3-1.3-1-2-2.5-2H7",
  file: "M6 3h9l4 4v14H6zM14 3v5h5",
  shield: "M12 3 5 6v6c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6zM9 12l2 2 4-4",
  star: "m12 3 2.7 5.8 6.3.7-4.7 4.2 1.3 6.3-5.6-3.2L6.4 20l1.3-6.3L3 9.5l6.3-.7z",
  pen: "m4 20 1-5L16 4l4 4L9 19zM14 6l4 4",
  send: "M4 12 20 4l-5 16-3-7z",
};

export function icon(name, props) {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false", ...props },
    svg("path", { d: ICONS[name] }),
  );
}
