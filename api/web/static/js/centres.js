// Whom to call, as the place is set up. Kept on the phone, since one needs it most when nothing else works.

import { add, h, icon } from "./dom.js";
import { isDesk, session } from "./session.js";
import { unitWords } from "./words.js";

const KEY = "cw.centres";
const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
};

let asked = null;
function centres() {
  asked ??= fetch("/api/v1/centres")
    .then(async (answer) => {
      if (!answer.ok) throw new TypeError("no centres");
      const text = await answer.text();
      localStorage.setItem(KEY, text);
      return JSON.parse(text);
    })
    .catch(() => {
      asked = null;
      return kept();
    });
  return asked;
}

const digits = (telephone) => telephone.replace(/[^\d+]/g, "");

// A number that does not fit on a line is broken after the area code.
const parts = (telephone) =>
  h(
    "span.nowrap",
    {},
    (unitWords(telephone).match(/[^-]+-?/g) ?? []).map((part) => h("span.nowrap", {}, part)),
  );

const row = (one, text) =>
  h(
    "div.cell.strong.call",
    {},
    h("span.chip", {}, icon("phone")),
    h(
      "span.cell-text",
      {},
      h("span.cell-label", {}, "打电话问 ", parts(one.telephone)),
      h("small", {}, text ?? one.hours),
    ),
    h(
      "a.button.pale",
      { href: `tel:${digits(one.telephone)}`, "aria-label": `拨打${one.name} ${digits(one.telephone)}` },
      "拨打",
    ),
  );

const mine = (all) => all.filter((one) => !session.me?.jurisdiction || one.jurisdiction === session.me.jurisdiction);

function later(box, draw) {
  const show = (all) => {
    box.replaceChildren();
    add(box, draw(mine(all)));
  };
  const now = kept();
  if (now.length) show(now);
  centres().then((all) => all.length && show(all));
  if (session.isIn && !session.me) session.onceKnown(() => show(kept()));
  return box;
}

// The number of one's own place; of all where the place is not known. `text` says what to ask or to have at hand.
export const phoneRow = (text) =>
  isDesk ? null : later(h("div.folds.phone"), (all) => all.map((one) => row(one, text)));

// Where the windows are and when they are open.
export const windowRows = () =>
  later(h("div.folds"), (all) =>
    all.map((one) =>
      h(
        "div.cell",
        {},
        icon("pin"),
        h("span.cell-text", {}, h("span.cell-label", {}, one.windows), h("small", {}, `${one.name} · ${one.hours}`)),
      ),
    ),
  );
