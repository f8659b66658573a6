// How hard a password is to guess, told while it is typed. A rough count that never says more than the server will: repeated and running
// characters (aaaa, 1234) count once, and the server alone knows the lists of common ones.

import { h } from "../dom.js";

const FEWEST = 12;
const ENOUGH = 50;
const FAIR = 35;
const BITS = [
  [/[0-9]/u, 2],
  [/[a-z]/iu, 2.5],
  [/[\u4e00-\u9fff]/u, 6],
];
const OTHER = 4;

function bitsOf(text) {
  const signs = [...text];
  let bits = 0;
  signs.forEach((sign, place) => {
    const step = (at) => signs[at].codePointAt(0) - signs[at - 1].codePointAt(0);
    const runs = place > 1 && step(place) === step(place - 1) && Math.abs(step(place)) < 2;
    const repeats = place > 0 && step(place) === 0;
    if (!runs && !repeats) bits += BITS.find(([kind]) => kind.test(sign))?.[1] ?? OTHER;
  });
  return bits;
}

function wordOf(text) {
  const count = [...text].length;
  if (count < FEWEST) return `还差 ${FEWEST - count} 个字符`;
  const bits = bitsOf(text);
  return `难猜程度：${bits < FAIR ? "弱" : bits < ENOUGH ? "中" : "强"}`;
}

export const meter = (input) => {
  const bar = h("meter", { min: 0, max: ENOUGH, low: FAIR, high: ENOUGH - 1, optimum: ENOUGH, "aria-hidden": "true" });
  const said = h("small", { role: "status" });
  input.addEventListener("input", () => {
    bar.value = [...input.value].length < FEWEST ? 0 : bitsOf(input.value);
    said.textContent = input.value ? wordOf(input.value) : "";
  });
  return h("p.strength", {}, bar, " ", said);
};
