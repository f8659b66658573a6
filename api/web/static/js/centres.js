// Whom to call, as the place is set up. Kept on the phone, since one needs it most when nothing else works.

import { add, h, icon } from "./dom.js";
import { me } from "./me.js";
import { place } from "./served.js";
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

const row = (one, text, isNamed) =>
  h(
    "div.cell.strong.call",
    {},
    h("span.chip", {}, icon("phone")),
    h(
      "span.cell-text",
      {},
      h("span.cell-label", {}, `打电话问${isNamed ? place(one.jurisdiction) : ""} `, parts(one.telephone)),
      h("small", {}, text ?? one.hours),
    ),
    h(
      "a.button.pale",
      { href: `tel:${digits(one.telephone)}`, "aria-label": `拨打${one.name} ${digits(one.telephone)}` },
      "拨打",
    ),
  );

function later(box, where, draw) {
  const show = (all) => {
    const wanted = where ?? session.me?.jurisdiction;
    box.replaceChildren();
    add(box, draw(all.filter((one) => !wanted || one.jurisdiction === wanted)));
  };
  const begin = () => {
    show(kept());
    centres().then(show);
  };
  if (!where && session.isIn && !session.me) me().then(begin, begin);
  else begin();
  return box;
}

// The number of the place that has the case, else of one's own; of all by name where neither is known. `text` says what to ask or to
// have at hand.
export const phoneRow = (text, where) =>
  isDesk ? null : later(h("div.folds.phone"), where, (all) => all.map((one) => row(one, text, all.length > 1)));

// Where the windows are and when they are open.
export const windowRows = () =>
  later(h("div.folds"), null, (all) =>
    all.map((one) =>
      h(
        "div.cell",
        {},
        icon("pin"),
        h("span.cell-text", {}, h("span.cell-label", {}, one.windows), h("small", {}, `${one.name} · ${one.hours}`)),
      ),
    ),
  );
