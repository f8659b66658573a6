// The two clocks of a record on one line: the national publicity period and the local disclosure period, with today and
// the day from which repair may be asked. The same facts stand as words beside it; the drawing is for the eye alone.

import { h, svg } from "./dom.js";
import { prefs } from "./prefs.js";
import { citation } from "./ui.js";
import { addDays, certaintyWords, dateWords, daysBetween, distance, isVerified, shortDate, today } from "./words.js";

const WIDTH = 320;
const NAMES = 4;
const RIGHT = 312;
// Where things stand in the drawing, for either size of type.
const NORMAL = { left: 52, word: 12, top: 18, first: 28, second: 56, axis: 80, label: 101, height: 108, bar: 14 };
const LARGE = { left: 84, word: 22, top: 30, first: 44, second: 84, axis: 116, label: 146, height: 156, bar: 22 };

function period(y, x, at, { from, firm, until, open, kind, label }) {
  const start = x(from);
  const end = open ? RIGHT : x(until);
  return svg(
    "g",
    { class: `clock ${kind}` },
    svg("text", { x: NAMES, y: y + at.bar - 4, class: "clock-name" }, label),
    svg("rect", {
      x: start,
      y,
      width: Math.max(2, end - start),
      height: at.bar,
      rx: 3,
      class: open ? "span open" : "span",
    }),
    firm
      ? svg("rect", { x: start, y, width: Math.max(2, x(firm) - start), height: at.bar, rx: 3, class: "span firm" })
      : null,
  );
}

function pin(x, iso, className, y1, y2, label, y) {
  const at = x(iso);
  const anchor = at < 130 ? "start" : at > WIDTH - 90 ? "end" : "middle";
  const shown = anchor === "start" ? Math.max(NAMES, at - 4) : anchor === "end" ? Math.min(RIGHT, at + 4) : at;
  return svg(
    "g",
    { class: `pin ${className}` },
    svg("line", { x1: at, x2: at, y1, y2 }),
    svg("circle", { cx: at, cy: y1, r: 3.5 }),
    svg("text", { x: shown, y, "text-anchor": anchor }, label),
  );
}

// Beside the line of today, on whichever side there is room.
function unknown(y, at, label, today) {
  const isRight = today > WIDTH - 90;
  return [
    svg("text", { x: NAMES, y: y + at.bar - 4, class: "clock-name" }, label),
    svg(
      "text",
      {
        x: isRight ? today - 6 : today + 6,
        y: y + at.bar - 4,
        class: "clock-name",
        "text-anchor": isRight ? "end" : "start",
      },
      "现在算不出",
    ),
  ];
}

// `clocks` as `clocksOf` reads them from a record.
export function timeline(clocks) {
  const { publicity, disclosure, opensOn } = clocks;
  const day = today();
  const known = [
    clocks.decidedOn,
    clocks.endedOn,
    publicity?.minimumEndsOn,
    publicity?.maximumEndsOn,
    disclosure?.endsOn,
    opensOn,
    day,
  ]
    .filter(Boolean)
    .sort();
  if (known.length < 2 || (!clocks.decidedOn && !clocks.endedOn)) return null;
  const at = prefs.elder ? LARGE : NORMAL;
  const whole = daysBetween(known[0], known.at(-1));
  const from = addDays(known[0], -Math.max(10, whole * 0.03));
  const all = Math.max(1, daysBetween(from, addDays(known.at(-1), Math.max(10, whole * 0.05))));
  const x = (iso) => at.left + Math.min(1, Math.max(0, daysBetween(from, iso) / all)) * (RIGHT - at.left);
  const openEnded = disclosure && !disclosure.endsOn && clocks.endedOn;
  return svg(
    "svg",
    { class: "timeline", viewBox: `0 0 ${WIDTH} ${at.height}`, "aria-hidden": "true", focusable: "false" },
    svg("line", { x1: at.left, x2: RIGHT, y1: at.axis, y2: at.axis, class: "axis" }),
    publicity?.maximumEndsOn && clocks.decidedOn
      ? period(at.first, x, at, {
          from: clocks.decidedOn,
          firm: publicity.minimumEndsOn,
          until: publicity.maximumEndsOn,
          kind: "public",
          label: "公示期",
        })
      : null,
    disclosure?.endsOn || openEnded
      ? period(at.second, x, at, {
          from: clocks.endedOn ?? clocks.decidedOn,
          until: disclosure.endsOn,
          open: openEnded,
          kind: "local",
          label: "披露期",
        })
      : null,
    pin(x, day, "now", at.top, at.axis, "今天", at.word),
    publicity?.maximumEndsOn && clocks.decidedOn ? null : unknown(at.first, at, "公示期", x(day)),
    disclosure?.endsOn || openEnded ? null : unknown(at.second, at, "披露期", x(day)),
    opensOn && opensOn !== day
      ? pin(
          x,
          opensOn,
          "opens",
          at.top + 6,
          at.axis + 6,
          prefs.elder ? shortDate(opensOn) : `${shortDate(opensOn)} 起可申请修复`,
          at.label,
        )
      : null,
  );
}

const certain = (mark) => (mark && !isVerified(mark) ? h("span.badge.warn", {}, certaintyWords(mark)) : null);

const clockWords = (name, kind, text, why, mark, cited, estimated) =>
  h(
    `li.clock-words.${kind}`,
    {},
    h("span.clock-key", { "aria-hidden": "true" }),
    h(
      "div",
      {},
      h("strong", {}, `${name}：`),
      text,
      " ",
      certain(mark),
      estimated ? h("span.badge.warn", {}, "预计") : null,
      why ? h("details.why", {}, h("summary", {}, "为什么"), h("p", {}, why), cited) : null,
    ),
  );

export function clockList({ publicity, disclosure }) {
  const items = [];
  if (publicity) {
    const { minimumEndsOn: least, maximumEndsOn: most } = publicity;
    const text =
      publicity.state === "unknown" || !most
        ? "现在算不出来"
        : least
          ? `最短到 ${dateWords(least)}，最长到 ${dateWords(most)}（${distance(most)}）`
          : `最长到 ${dateWords(most)}（${distance(most)}）`;
    items.push(
      clockWords(
        "公示期（国家规定）",
        "public",
        text,
        publicity.why,
        publicity.certainty,
        (publicity.citations ?? []).slice(0, 2).map(citation),
        publicity.isEstimated,
      ),
    );
  }
  if (disclosure) {
    const text = disclosure.endsOn
      ? `到 ${dateWords(disclosure.endsOn)}（${distance(disclosure.endsOn)}）`
      : disclosure.state === "no_number"
        ? "条例没有写具体年限"
        : disclosure.state === "extended"
          ? "延长到移出名单之日"
          : "现在算不出来";
    items.push(
      clockWords(
        "披露期（本地条例）",
        "local",
        text,
        disclosure.why,
        disclosure.certainty,
        citation(disclosure.citation),
      ),
    );
  }
  return items.length ? h("ul.clock-list", {}, items) : null;
}
