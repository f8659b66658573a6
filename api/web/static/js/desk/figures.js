// The figures of the place: four numbers, drawings with the same numbers in a table, every unit by month; repairs that opened and
// what became of them; what the bot could not answer.

import { api } from "../api.js";
import { h, svg } from "../dom.js";
import { download } from "../paper.js";
import { button, card, empty } from "../ui.js";
import { dateWords, stampWords } from "../words.js";
import { titleOf } from "./errands.js";
import { table } from "./table.js";

const SPANS = [
  [1, "本月"],
  [3, "近3个月"],
  [12, "近12个月"],
];
const WIDTH = 560;
const HEIGHT = 200;
const LEFT = 40;
const BOTTOM = 24;

const sum = (list, name) => list.reduce((total, one) => total + one[name], 0);
const rate = (list) => {
  const onTime = sum(list, "onTime");
  const all = onTime + sum(list, "late");
  return all ? Math.round((1000 * onTime) / all) / 10 : null;
};
const monthWords = (month) => `${Number(month.slice(5))}月`;
const number = (label, value, unit, foot) =>
  h(
    "section.card.tally",
    {},
    h("h2", {}, label),
    h("p.tally-value", {}, h("strong", {}, value), ` ${unit}`),
    h("p.tally-foot", {}, foot),
  );

const x = (index, count) => LEFT + ((index + 0.5) * (WIDTH - LEFT)) / count;
const axis = (months) =>
  months.map((month, index) =>
    svg(
      "text",
      { x: x(index, months.length), y: HEIGHT - 4, "text-anchor": "middle", class: "axis" },
      monthWords(month),
    ),
  );
const level = (y, text) => [
  svg("line", { x1: LEFT, x2: WIDTH, y1: y, y2: y, class: "level" }),
  svg("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end", class: "axis" }, text),
];
const drawing = (label, ...children) =>
  svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": label }, ...children);

function rates(months, errands, of) {
  const y = (value) => 8 + ((100 - value) * (HEIGHT - BOTTOM - 16)) / 100;
  return drawing(
    "按期率，逐月的数字在下面的表里",
    [100, 50, 0].map((value) => level(y(value), `${value}%`)),
    axis(months),
    errands.map((errand, index) => {
      const points = months
        .map((month, at) => [x(at, months.length), rate(of(errand, month))])
        .filter(([, value]) => value !== null)
        .map(([at, value]) => [at, y(value)]);
      return [
        svg("polyline", { points: points.map((point) => point.join(",")).join(" "), class: `series series-${index}` }),
        points.map(([cx, cy]) => svg("circle", { cx, cy, r: 4, class: `dot series-${index}` })),
      ];
    }),
  );
}

function volumes(months, errands, of) {
  const totals = months.map((month) => errands.reduce((total, errand) => total + sum(of(errand, month), "decided"), 0));
  const most = Math.max(4, ...totals);
  const scale = (HEIGHT - BOTTOM - 24) / most;
  const base = HEIGHT - BOTTOM;
  return drawing(
    "办结件数，逐月的数字在下面的表里",
    [0, Math.round(most / 2), most].map((value) => level(base - value * scale, String(value))),
    axis(months),
    months.map((month, index) => {
      let top = base;
      const bars = errands.map((errand, series) => {
        const height = sum(of(errand, month), "decided") * scale;
        top -= height;
        return height
          ? svg("rect", { x: x(index, months.length) - 12, y: top, width: 24, height, class: `bar series-${series}` })
          : null;
      });
      return [
        bars,
        totals[index]
          ? svg(
              "text",
              { x: x(index, months.length), y: top - 6, "text-anchor": "middle", class: "axis" },
              String(totals[index]),
            )
          : null,
      ];
    }),
  );
}

// Several counts beside each other for each month or week; their names and numbers stand in the table below.
function beside(label, groups) {
  const most = Math.max(4, ...groups.flatMap(({ counts }) => counts));
  const scale = (HEIGHT - BOTTOM - 24) / most;
  const base = HEIGHT - BOTTOM;
  const width = Math.min(16, (WIDTH - LEFT) / groups.length / 5);
  return drawing(
    label,
    [0, Math.round(most / 2), most].map((value) => level(base - value * scale, String(value))),
    groups.map(({ name }, index) =>
      svg("text", { x: x(index, groups.length), y: HEIGHT - 4, "text-anchor": "middle", class: "axis" }, name),
    ),
    groups.map(({ counts }, index) =>
      counts.map((value, series) =>
        value
          ? svg("rect", {
              x: x(index, groups.length) + (series - counts.length / 2) * width,
              y: base - value * scale,
              width: width - 2,
              height: value * scale,
              class: `bar series-${series}`,
            })
          : null,
      ),
    ),
  );
}

const OPENED = ["能修复、已提醒", "推送到手机", "读过", "已申请"];
const UNANSWERED = ["没答上", "说没用", "又问一遍"];
const weekWords = (week) => `${Number(week.slice(6))}周`;
const keysOf = (names) =>
  h(
    "p.legend",
    {},
    names.map((name, index) => h(`span.key.series-${index}`, {}, name)),
  );

const drawn = (title, text, first, names, groups) =>
  card(
    title,
    h("p", {}, text),
    groups.length
      ? [
          keysOf(names),
          beside(`${title}，数字在下面的表里`, groups),
          tableOf(
            title,
            [first, ...names],
            groups.map(({ name, counts }) => [name, ...counts.map(String)]),
          ),
        ]
      : empty("这段时间没有", ""),
  );

const tableOf = (label, heads, lines) =>
  table(
    label,
    heads,
    lines.map((cells) =>
      h(
        "tr",
        {},
        cells.map((cell) => (cell instanceof Node ? cell : h("td", {}, cell))),
      ),
    ),
  );

// Below 95 and below 85 are told apart by a sign as well as by their colour.
const rateCell = (value) =>
  value === null
    ? h("td", {}, "—")
    : h(
        `td.rate.rate-${value < 85 ? "bad" : value < 95 ? "warn" : "good"}`,
        {},
        `${value < 85 ? "▼" : value < 95 ? "▽" : ""}${value}`,
      );

export async function show({ query }) {
  const span = SPANS.some(([months]) => String(months) === query.months) ? Number(query.months) : 12;
  const found = await api.get(`/staff/figures?months=${span}`);
  const months = [...new Set(found.months.map((one) => one.month))].sort();
  const errands = [...new Set(found.months.map((one) => one.errand))].sort();
  const of = (errand, month) => found.months.filter((one) => one.errand === errand && one.month === month);
  const units = [...new Set(found.units.map((one) => one.unit))].sort();
  const legend = h(
    "p.legend",
    {},
    errands.map((errand, index) => h(`span.key.series-${index}`, {}, titleOf(errand))),
  );
  const whole = rate(found.months);
  const eachErrand = (field) =>
    errands
      .map(
        (errand) =>
          titleOf(errand) +
          sum(
            found.months.filter((one) => one.errand === errand),
            field,
          ),
      )
      .join("，");
  return {
    title: "统计",
    body: [
      h(
        "div.desk-head",
        {},
        h("h2", {}, "统计"),
        h("p", {}, `${dateWords(found.since)}到${dateWords(found.until)}，${stampWords(found.countedAt)}统计`),
      ),
      h(
        "div.desk-filters",
        {},
        SPANS.map(([value, label]) =>
          h(
            "a.button.quiet",
            { href: `#/figures?months=${value}`, "aria-current": value === span ? "page" : null },
            label,
          ),
        ),
        h("a.button.quiet", { href: "/figures", target: "_blank" }, "向社会公布的"),
        button("导出表格", () => download(`/staff/figures/export?months=${span}`, "统计.xlsx"), "quiet"),
      ),
      h(
        "div.figures",
        {},
        number("按期率", whole === null ? "—" : String(whole), "%", "按期办完的步骤占到期步骤的比例"),
        number("收到", String(sum(found.months, "incoming")), "件", eachErrand("incoming")),
        number("办结", String(sum(found.months, "decided")), "件", eachErrand("decided")),
        number("超期没办完", String(found.openLate), "步", h("a", { href: "#/queue?late=true" }, "去看")),
      ),
      months.length
        ? [
            h(
              "div.figures.figures-2",
              {},
              card("按期率", legend, rates(months, errands, of)),
              card("办结件数", legend.cloneNode(true), volumes(months, errands, of)),
            ),
            card(
              "逐月",
              tableOf(
                "逐月",
                ["月份", "事项", "收到", "办结", "按期率（%）"],
                found.months.map((one) => [
                  monthWords(one.month),
                  titleOf(one.errand),
                  String(one.incoming),
                  String(one.decided),
                  rateCell(rate([one])),
                ]),
              ),
            ),
            card(
              "各单位按期率（%）",
              h("p.legend", {}, "▽ 低于95　▼ 低于85"),
              tableOf(
                "各单位按期率",
                ["单位", ...months.map(monthWords), "步骤"],
                units.map((unit) => {
                  const own = found.units.filter((one) => one.unit === unit);
                  return [
                    unit,
                    ...months.map((month) => rateCell(rate(own.filter((one) => one.month === month)))),
                    String(sum(own, "onTime") + sum(own, "late")),
                  ];
                }),
              ),
            ),
            h(
              "div.figures.figures-2",
              {},
              drawn(
                "能修复了，有没有用上",
                "到了能修复的日子、系统提醒了本人的记录；其中推送到手机、本人读过、已经申请修复的。",
                "月份",
                OPENED,
                found.repairs.map((one) => ({
                  name: monthWords(one.month),
                  counts: [one.opened, one.pushed, one.read, one.used],
                })),
              ),
              drawn(
                "机器人没答上的",
                "只数次数；问了什么在“问答”里看，问题最多留 90 天。",
                "周",
                UNANSWERED,
                found.bot.map((one) => ({
                  name: weekWords(one.week),
                  counts: [one.unanswered, one.disliked, one.again],
                })),
              ),
            ),
            card(
              "每一步平均用时",
              tableOf(
                "每一步平均用时",
                ["步骤", "办完", "平均工作日"],
                found.steps.map((one) => [one.title, String(one.count), String(one.workingDays)]),
              ),
            ),
          ]
        : empty("这段时间没有案件", "换一个时间段看看。"),
    ],
  };
}
