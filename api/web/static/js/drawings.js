// Pictures drawn by us: small windows for empty states, a leaf of the calendar, the days that are left, the stations of a
// record, the years of all records, the months of footprints. All are for the eye alone: the same stands in words beside.

import { h, icon, svg } from "./dom.js";
import { dayOf, daysBetween, dotted, monthOf, near, today, weekdayWords } from "./words.js";

const hidden = (props) => ({ "aria-hidden": "true", focusable: "false", ...props });
const path = (d, name) => svg("path", { d, class: name });
const circle = (cx, cy, r, name) => svg("circle", { cx, cy, r, class: name });
const rect = (x, y, width, height, rx, name) => svg("rect", { x, y, width, height, rx, class: name });

const FRAME = "M26 10h52a10 10 0 0 1 10 10v56a8 8 0 0 1-8 8H24a8 8 0 0 1-8-8V20a10 10 0 0 1 10-10z";
const CROSS = "M52 10v74M16 45h72";
const CLOUD = "M62 66a7 7 0 0 1 1-14 9 9 0 0 1 17 2 6 6 0 0 1-1 12z";
const INSIDE = {
  calm: [circle(35, 30, 9, "sun"), path(CLOUD, "cloud"), path("M52 10v74M16 45h72")],
  new: [path(CROSS), path("M18 12h22c0 22-6 40-22 50z", "cloth"), path("M86 12H64c0 22 6 40 22 50z", "cloth")],
  none: [path(CROSS), path(CLOUD, "cloud")],
};
const BEFORE = {
  calm: [
    path("M72 84l-2-16h14l-2 16z", "solid"),
    path("M77 68V58"),
    path("M77 60c-8 0-9-5-9-8 6 0 9 3 9 8zM77 60c8 0 9-5 9-8-6 0-9 3-9 8z", "sprout"),
  ],
  new: [
    rect(50, 58, 46, 32, 5, "paper thin"),
    circle(62, 70, 4, "sprout"),
    path("M56 82c1-6 11-6 12 0M76 69h13M76 77h9", "thin"),
  ],
  done: [circle(78, 70, 18, "solid"), path("m69 70 7 7 12-13", "white")],
  mail: [rect(30, 56, 52, 34, 4, "paper"), path("m31 58 25 18 25-18", "thin")],
  list: [
    rect(46, 40, 42, 50, 4, "paper"),
    path("m54 52 3 3 5-6M54 64l3 3 5-6M54 76l3 3 5-6M69 53h11M69 65h11M69 77h11", "thin"),
  ],
  eye: [
    path("M12 62s14-22 40-22 40 22 40 22-14 22-40 22S12 62 12 62z", "paper"),
    circle(52, 62, 11, "thin"),
    circle(52, 62, 4, "solid"),
  ],
  ask: [
    svg("circle", { cx: 52, cy: 46, r: 20, class: "paper thin", "stroke-dasharray": "7 6" }),
    path("M46 41a6 6 0 1 1 8 6c-2 1-2 2-2 4M52 57v1", "thin"),
  ],
};

// `kind` says what the window shows: calm, new, done, none, mail, list, eye, ask.
export const windowPicture = (kind) =>
  svg(
    "svg",
    hidden({ class: "window", viewBox: "0 0 104 104" }),
    path(FRAME, "pane"),
    INSIDE[kind] ?? path(CROSS),
    path(FRAME),
    rect(6, 86, 92, 9, 4, "solid"),
    BEFORE[kind],
  );

// A day on which one can act.
export const leaf = (iso, word = iso === today() ? "今天" : weekdayWords(iso)) =>
  h("div.leaf", { "aria-hidden": "true" }, h("span", {}, monthOf(iso)), h("b", {}, dayOf(iso)), h("span", {}, word));

// One segment a working day; the ones still left are strong, one left warns, none is late.
export function ring(left, elapsed) {
  const days = Math.max(1, Math.min(20, left < 0 ? 5 : left + elapsed));
  const tone = left < 0 ? "bad" : left <= 1 ? "warn" : "wait";
  const point = (share) => {
    const angle = share * 2 * Math.PI - Math.PI / 2;
    return `${(48 + 40 * Math.cos(angle)).toFixed(2)} ${(48 + 40 * Math.sin(angle)).toFixed(2)}`;
  };
  const gap = Math.min(0.012, 0.2 / days);
  const segments = Array.from({ length: days }, (_, index) => {
    const name = left < 0 || index >= days - left ? "left" : null;
    return svg("path", {
      class: name,
      d: `M${point(index / days + gap)}A40 40 0 ${days === 1 ? 1 : 0} 1 ${point((index + 1) / days - gap)}`,
    });
  });
  const words = (y, text, name) => svg("text", { x: 48, y, class: name }, text);
  return svg(
    "svg",
    hidden({ class: `ring ${tone}`, viewBox: "0 0 96 96" }),
    segments,
    words(30, left < 0 ? "已晚" : "还有"),
    words(61, String(Math.abs(left)), "figure"),
    words(76, "工作日"),
  );
}

// Eight days up to the last one, as the server's calendar has them.
export function week(step) {
  if (!step.week?.length) return null;
  let count = 0;
  return h(
    "ol.week",
    { "aria-hidden": "true" },
    step.week.map(({ on, isWorking }) => {
      const counts = isWorking && on > step.startedOn && on <= step.due.on;
      if (counts) count += 1;
      const name =
        on === today()
          ? "today"
          : on === step.due.on
            ? "last"
            : !isWorking
              ? "off"
              : counts && on < today()
                ? "past"
                : "day";
      const word =
        on === today()
          ? "今天"
          : on === step.due.on
            ? "最晚"
            : on === step.startedOn
              ? "收到"
              : !isWorking
                ? "休"
                : counts
                  ? `第${count}`
                  : "";
      return h(`li.${name}`, {}, h("span", {}, weekdayWords(on)), h("b", {}, dayOf(on)), h("span", {}, word));
    }),
  );
}

// Progress as one line: done, now, to come.
export const bars = (done, all, isLate = false) =>
  h(
    "div.bars",
    { "aria-hidden": "true" },
    Array.from({ length: all }, (_, index) =>
      h(index < done ? "i.done" : index === done ? `i.${isLate ? "late" : "now"}` : "i"),
    ),
  );

const pill = (x, y, text, name) => {
  const width = [...text].reduce((sum, letter) => sum + (letter > "ÿ" ? 12 : 7), 18);
  const at = Math.max(width / 2 + 1, Math.min(319 - width / 2, x));
  return [
    rect(at - width / 2, y, width, 24, 12, `pill ${name}`),
    svg("text", { x: at, y: y + 16.5, class: `pill-word ${name}` }, text),
  ];
};

const LINE = 66;

// Where a record stands between its days. Order is drawn, not length: stations have fixed places, and today lies in
// proportion between its neighbours.
export function axis({ begun, begunWord, minimum, opens, maximum }) {
  const now = today();
  if (!begun || !maximum) return null;
  const isOpen = opens && opens <= now;
  const stations = [
    { on: begun, x: 26, name: begunWord },
    minimum ? { on: minimum, x: isOpen ? 106 : 142, name: "最短期满" } : null,
    opens && opens <= maximum ? { on: opens, x: isOpen ? 156 : 186, opens: true } : null,
    { on: maximum, x: 292, name: "最长期满" },
  ].filter(Boolean);
  const next = stations.findIndex((one) => one.on > now);
  const before = stations[next - 1];
  const after = stations[next];
  const room = after && before ? after.x - before.x : 0;
  const share = room ? daysBetween(before.on, now) / Math.max(1, daysBetween(before.on, after.on)) : 0;
  const at =
    next < 0
      ? 312
      : next === 0
        ? 8
        : room < 56
          ? (before.x + after.x) / 2
          : Math.max(before.x + 28, Math.min(after.x - 28, before.x + share * room));
  const line = (from, to, name) => svg("line", { x1: from, x2: to, y1: LINE, y2: LINE, class: name });
  const mid = stations.find((one) => one.opens);
  // Where it can be asked for today, today's mark says so too; before that there are two marks side by side.
  const isToday = mid?.on === now;
  const mark = isOpen ? (isToday ? mid.x : at) : mid?.x;
  const words = isOpen ? "今天·能修复" : mid ? `${near(mid.on)}能修复` : null;
  const stem = (x, name) =>
    svg("line", { class: `stem ${name}`, x1: x, x2: x, y1: 30, y2: LINE - (x === mid?.x ? 8 : 0) });
  const beside = mid && !isOpen && mid.x - at < 84 ? Math.max(24, mid.x - 84) : at;
  const todayPill = isOpen ? null : [stem(at, "now"), pill(beside, 12, "今天", "now")];
  return svg(
    "svg",
    hidden({ class: "axis", viewBox: "0 0 320 108" }),
    mid ? rect(mid.x, LINE - 13, stations.at(-1).x - mid.x, 26, 0, "band") : null,
    mid
      ? svg(
          "text",
          {
            class: "band-word",
            x: isOpen && !isToday ? (at < 224 ? (at + 292) / 2 : (mid.x + at) / 2) : (mid.x + 292) / 2,
            y: LINE + 4,
          },
          "能申请",
        )
      : null,
    stations.slice(1).map((one, index) => {
      const from = stations[index];
      if (from.opens) return null;
      if (one.on <= now) return line(from.x, one.x, "past");
      if (from.on > now || next === 0) return line(from.x + 12, one.x - 12, "to-come");
      return [line(from.x, at, "past"), line(at + 4, one.x - 12, "to-come")];
    }),
    todayPill,
    mid ? [stem(mark, "opens"), pill(mark, 8, words, "opens")] : null,
    stations.map((one) => {
      const isPast = one.on <= now && !one.opens;
      return svg(
        "g",
        { class: one.opens ? "open-mark" : isPast ? "done" : "ahead" },
        circle(one.x, LINE, one.opens ? 7 : 9),
        isPast ? path(`m${one.x - 4} ${LINE} 3 3 5.5-6`) : null,
        one.name
          ? ["name", "day"].map((name, row) =>
              svg(
                "text",
                {
                  class: name,
                  x: one.x < 40 ? 4 : one.x > 280 ? 316 : one.x,
                  y: LINE + 24 + row * 15,
                  "text-anchor": one.x < 40 ? "start" : one.x > 280 ? "end" : "middle",
                },
                row ? dotted(one.on) : one.name,
              ),
            )
          : null,
      );
    }),
  );
}

// Until which year each record is seen: on the web, in the report. The years to come are drawn shorter than the next two.
export function yearStrip(rows) {
  const first = Number(today().slice(0, 4));
  const ends = rows
    .flatMap((one) => [one.web, one.held])
    .filter(Boolean)
    .map((iso) => Number(iso.slice(0, 4)));
  const years = Math.min(6, Math.max(3, Math.max(first, ...ends) - first + 1));
  const starts = [40];
  for (let index = 0; index < years; index += 1)
    starts.push(starts.at(-1) + (index < 2 ? 72 : (276 - 144) / Math.max(2, years - 2)));
  const x = (iso) => {
    const [year, month, day] = iso.split("-").map(Number);
    const index = year - first;
    if (index < 0) return 40;
    if (index >= years) return starts.at(-1);
    return starts[index] + ((month - 1 + (day - 1) / 31) / 12) * (starts[index + 1] - starts[index]);
  };
  const height = 34 + rows.length * 30;
  const bar = (from, to, y, name) => rect(x(from), y, Math.max(4, x(to) - x(from)), 13, 4, name);
  return svg(
    "svg",
    hidden({ class: "years", viewBox: `0 0 320 ${height + 26}` }),
    starts
      .slice(0, -1)
      .map((at, index) => [
        svg("line", { class: "grid", x1: at, x2: at, y1: 24, y2: height }),
        svg(
          "text",
          { x: (at + starts[index + 1]) / 2, y: 14, class: index < 2 ? "near" : "far" },
          String(first + index),
        ),
      ]),
    rows.map((one, index) => {
      const y = 30 + index * 30;
      const end = `${first + years}-01-01`;
      return [
        svg("g", { class: "number" }, circle(14, y + 6.5, 10), svg("text", { x: 14, y: y + 11 }, String(index + 1))),
        !one.held
          ? bar(one.web ?? one.from, end, y, "dashed")
          : one.held > (one.web ?? "")
            ? bar(one.from, one.held, y, "held")
            : null,
        one.web
          ? one.web > today()
            ? bar(one.from, one.web, y, "web")
            : null
          : [
              bar(today(), `${first + 1}-${today().slice(5)}`, y, "dashed"),
              svg("text", { x: x(today()) + 14, y: y + 11 }, "?"),
            ],
      ];
    }),
    svg("line", { class: "today-line", x1: x(today()), x2: x(today()), y1: 22, y2: height }),
    pill(x(today()), height, "今天", "now"),
  );
}

// How often in each month: others who looked above, systems that shared below.
export function monthBars(months) {
  const most = Math.max(2, ...months.map((one) => one.asked + one.shared));
  const unit = Math.min(24, 72 / most);
  const wide = 312 / months.length;
  return svg(
    "svg",
    hidden({ class: "months", viewBox: "0 0 320 124" }),
    svg("line", { x1: 4, x2: 316, y1: 102, y2: 102 }),
    months.map((one, index) => {
      const at = 4 + wide * (index + 0.5);
      const low = one.shared * unit;
      const high = one.asked * unit;
      return [
        low ? rect(at - 15, 101 - low, 30, low, 4, "shared") : null,
        high ? rect(at - 15, 99 - low - high, 30, high, 4, "asked") : null,
        svg("text", { x: at, y: 94 - low - high }, String(one.asked + one.shared)),
        svg("text", { x: at, y: 119, class: index === months.length - 1 ? "this" : null }, one.label),
      ];
    }),
  );
}

// A line of steps: `items` are {state: done | now | late | next, title, side, text}.
export function walk(items) {
  const at = items.findIndex((one) => one.state !== "done");
  return h(
    "ol.walk",
    { "aria-label": at < 0 ? `共${items.length}步，都办完了` : `共${items.length}步，正在第${at + 1}步` },
    items.map((one) =>
      h(
        `li.${one.state}`,
        {},
        h("span.mark", { "aria-hidden": "true" }, one.state === "done" ? icon("check") : null),
        h("strong", {}, one.title),
        one.side ? h("span.side", {}, one.side) : null,
        one.text ? h("small", {}, one.text) : null,
      ),
    ),
  );
}
