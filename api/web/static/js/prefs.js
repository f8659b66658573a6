// How this person wants to read: large type, light or dark. Kept on the phone before sign-in too; it says nothing of them.

import { h, icon } from "./dom.js";

const KEY = "cw.look";
const SIZES = [18, 22, 26, 30];
const FONT = "cw.font";
const STANDARD = 17;
const LARGEST = 22;

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
};
let look = { elder: false, size: 22, theme: "auto", ...read() };

function apply() {
  const root = document.documentElement;
  root.toggleAttribute("data-elder", look.elder);
  root.dataset.theme = look.theme;
  // WeChat's own size of type (17 is its standard) counts until somebody chooses one here.
  const font = Number(localStorage.getItem(FONT));
  const followed = font > STANDARD ? `${Math.min(Math.round((16 * font) / STANDARD), LARGEST)}px` : "";
  root.style.fontSize = look.elder ? `${look.size}px` : followed;
}

export const prefs = {
  get isChosen() {
    return localStorage.getItem(KEY) !== null;
  },
  get elder() {
    return look.elder;
  },
  get isAsked() {
    return look.asked === true;
  },
  get size() {
    return look.size;
  },
  get theme() {
    return look.theme;
  },
  sizes: SIZES,
  follow(font) {
    localStorage.setItem(FONT, String(font));
    apply();
  },
  set(change) {
    look = { ...look, ...change };
    localStorage.setItem(KEY, JSON.stringify(look));
    apply();
  },
};
apply();

export const canSpeak = "speechSynthesis" in window;
let speaking = false;

const readable = (main) =>
  [...main.querySelectorAll("h1,h2,h3,p,li,dt,dd,label,legend,button,.cell-text,.said > p")]
    .filter((node) => node.checkVisibility?.() !== false && !node.closest("[aria-hidden=true]"))
    .filter((node, _, all) => !all.some((other) => other !== node && other.contains(node)))
    .filter((node) => node.textContent.trim());

// The words of one piece as they are seen, each text node with the place where it begins.
function wordsOf(node) {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  const parts = [];
  let text = "";
  while (walker.nextNode()) {
    const part = walker.currentNode;
    if (part.parentElement.checkVisibility?.() === false || part.parentElement.closest("[aria-hidden=true]")) continue;
    parts.push([text.length, part]);
    text += part.data;
  }
  return { text, parts };
}

// Marks the word that is being said, where the browser can mark without changing the page.
function markWord(parts, { charIndex, charLength }) {
  const [start, part] = parts.findLast(([at]) => at <= charIndex) ?? [];
  if (!part || !window.Highlight) return;
  const range = new Range();
  const from = Math.min(charIndex - start, part.length);
  range.setStart(part, from);
  range.setEnd(part, Math.min(from + (charLength || 1), part.length));
  CSS.highlights.set("spoken", new Highlight(range));
}

export function hush() {
  if (canSpeak) speechSynthesis.cancel();
  window.CSS?.highlights?.delete("spoken");
  speaking = false;
  document.querySelector(".reading")?.classList.remove("reading");
}

// Short pieces, since several phones cut long ones off; what is being read is marked. `words` stand on the button.
export function speakButton(main, words = "读给我听", kind = "button.bar-button") {
  if (!canSpeak) return null;
  const button = h(kind, {
    "aria-pressed": "false",
    onclick: () => {
      if (speaking) {
        hush();
        show();
        return;
      }
      speaking = true;
      const pieces = readable(main);
      pieces.forEach((node, index) => {
        const { text, parts } = wordsOf(node);
        const piece = new SpeechSynthesisUtterance(text);
        piece.lang = "zh-CN";
        piece.rate = 0.9;
        piece.onstart = () => {
          node.classList.add("reading");
          node.scrollIntoView({ block: "nearest" });
        };
        piece.onboundary = (event) => markWord(parts, event);
        piece.onend = () => {
          node.classList.remove("reading");
          window.CSS?.highlights?.delete("spoken");
          if (index < pieces.length - 1) return;
          speaking = false;
          show();
        };
        speechSynthesis.speak(piece);
      });
      show();
    },
  });
  const show = () => {
    button.setAttribute("aria-pressed", String(speaking));
    button.replaceChildren(icon(speaking ? "stop" : "sound"), h("span", {}, speaking ? "停" : words));
  };
  show();
  return button;
}
