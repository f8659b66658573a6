// The two clocks of a record on one line: the national publicity period and the local disclosure period, with today and
// the day from which repair may be asked. The same facts stand as words beside it; the drawing is for the eye alone.

import { h, svg } from "./dom.js";
import { citation } from "./ui.js";
import { addDays, certaintyWords, dateWords, daysBetween, distance, isVerified, shortDate, today } from "./words.js";

const WIDTH = 320;
const NAMES = 4;
const LEFT = 52;
const RIGHT = 312;

function scale(from, to) {
  const whole = Math.max(1, daysBetween(from, to));
  return (iso) => LEFT + Math.min(1, Math.max(0, daysBetween(from, iso) / whole)) * (RIGHT - LEFT);
}

function period(y, x, { from, firm, until, open, kind, label }) {
  const start = x(from);
  const end = open ? RIGHT : x(until);
  return svg("g", { class: `clock ${kind}` },
    svg("text", { x: NAMES, y: y + 10, class: "clock-name" }, label),
    svg("rect", { x: start, y, width: Math.max(2, end - start), height: 14, rx: 3, class: open ? "span open" : "span" }),
    firm ? svg("rect", { x: start, y, width: Math.max(2, x(firm) - start), height: 14, rx: 3, class: "span firm" }) : null);
}

function pin(x, iso, className, y1, y2, label, y) {
  const at = x(iso);
  const anchor = at < 110 ? "start" : at > WIDTH - 70 ? "end" : "middle";
  return svg("g", { class: `pin ${className}` }, svg("line", { x1: at, x2: at, y1, y2 }), svg("circle", { cx: at, cy: y1, r: 3.5 }),
    svg("text", { x: anchor === "start" ? Math.max(LEFT, at - 4) : anchor === "end" ? Math.min(RIGHT, at + 4) : at, y, "text-anchor": anchor }, label));
}

// `clocks`: {decidedOn, endedOn, publicity, disclosure, opensOn} as `clocksOf` reads them from a record.
export function timeline(clocks) {
  const { publicity, disclosure, opensOn } = clocks;
  const now = today();
  const known = [clocks.decidedOn, clocks.endedOn, publicity?.minimumEndsOn, publicity?.maximumEndsOn, disclosure?.endsOn, opensOn, now].filter(Boolean).sort();
  if (known.length < 2 || (!clocks.decidedOn && !clocks.endedOn)) return null;
  const from = addDays(known[0], -Math.max(10, daysBetween(known[0], known.at(-1)) * 0.03));
  const to = addDays(known.at(-1), Math.max(10, daysBetween(known[0], known.at(-1)) * 0.05));
  const x = scale(from, to);
  const openEnded = disclosure && !disclosure.endsOn && clocks.endedOn;
  return svg("svg", { class: "timeline", viewBox: `0 0 ${WIDTH} 108`, "aria-hidden": "true", focusable: "false" },
    publicity?.maximumEndsOn && clocks.decidedOn
      ? period(28, x, { from: clocks.decidedOn, firm: publicity.minimumEndsOn, until: publicity.maximumEndsOn, kind: "public", label: "公示期" }) : svg("text", { x: NAMES, y: 38, class: "clock-name" }, "公示期　算不出"),
    disclosure?.endsOn || openEnded
      ? period(56, x, { from: clocks.endedOn ?? clocks.decidedOn, until: disclosure.endsOn, open: openEnded, kind: "local", label: "披露期" }) : svg("text", { x: NAMES, y: 66, class: "clock-name" }, "披露期　算不出"),
    pin(x, now, "now", 18, 80, "今天", 12),
    opensOn && opensOn !== now ? pin(x, opensOn, "opens", 24, 86, `${shortDate(opensOn)} 起可申请修复`, 101) : null,
    svg("line", { x1: LEFT, x2: RIGHT, y1: 80, y2: 80, class: "axis" }));
}

const certain = (mark) => (mark && !isVerified(mark) ? h("span.badge.warn", {}, certaintyWords(mark)) : null);

const clockWords = (name, kind, text, why, mark, cited, estimated) => h(`li.clock-words.${kind}`, {},
  h("span.clock-key", { "aria-hidden": "true" }), h("div", {}, h("strong", {}, `${name}：`), text, " ", certain(mark), estimated ? h("span.badge.warn", {}, "预计") : null,
    why ? h("details.why", {}, h("summary", {}, "为什么"), h("p", {}, why), cited) : null));

export function clockList({ publicity, disclosure }) {
  const items = [];
  if (publicity) {
    const { minimumEndsOn: least, maximumEndsOn: most } = publicity;
    const text = publicity.state === "unknown" || !most ? "现在算不出来"
      : least ? `最短到 ${dateWords(least)}，最长到 ${dateWords(most)}（${distance(most)}）` : `最长到 ${dateWords(most)}（${distance(most)}）`;
    items.push(clockWords("公示期（国家规定）", "public", text, publicity.why, publicity.certainty, (publicity.citations ?? []).slice(0, 2).map(citation), publicity.isEstimated));
  }
  if (disclosure) {
    const text = disclosure.endsOn ? `到 ${dateWords(disclosure.endsOn)}（${distance(disclosure.endsOn)}）`
      : disclosure.state === "no_number" ? "条例没有写具体年限" : disclosure.state === "extended" ? "延长到移出名单之日" : "现在算不出来";
    items.push(clockWords("披露期（本地条例）", "local", text, disclosure.why, disclosure.certainty, citation(disclosure.citation)));
  }
  return items.length ? h("ul.clock-list", {}, items) : null;
}
