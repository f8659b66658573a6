// Cases found again, closed ones too: by the case's own number, by the act's, or by the person's document; and what was decided
// lately. Filters and order live in the address; a number never does.

import { api, query as search } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { card, empty, note } from "../ui.js";
import { civil, near, stampWords, unitWords } from "../words.js";
import { titleOf } from "./errands.js";
import { caseLink } from "./queue.js";
import { numberFields, numberOf, PURPOSE } from "./records.js";
import { table } from "./table.js";

const COLUMNS = {
  found: [
    ["number", "编号", (one) => h("a", { href: caseLink(one) }, one.number || "没有编号")],
    ["errandTitle", "事项", (one) => h("span.kind", {}, one.errandTitle)],
    ["about", "关于", (one) => one.about],
    ["filedAt", "提出", (one) => stampWords(one.filedAt)],
    ["statusLabel", "走到哪", (one) => [one.statusLabel, one.isOpen ? "" : h("small", {}, "（已办结）")]],
    ["handlerName", "承办", (one) => one.handlerName ?? ""],
  ],
  decided: [
    ["number", "编号", (one) => h("a", { href: caseLink(one) }, one.number)],
    ["statusLabel", "结果", (one) => one.statusLabel],
    ["unit", "来源单位", (one) => unitWords(one.unit)],
    ["filedAt", "提出", (one) => near(civil(one.filedAt))],
    ["decidedAt", "办结", (one) => near(civil(one.decidedAt))],
    ["handlerName", "承办", (one) => one.handlerName ?? ""],
  ],
};
const DAYS = [7, 30, 90, 366];
const TABS = [
  ["found", "按号码查"],
  ["decided", "最近办结"],
];
let last = { who: null, items: [] }; // what this officer's last search found: the number itself is kept nowhere

const go = (query, change) => {
  location.hash = `#/find${search({ ...query, ...change })}`;
};
const handlerWords = (name) => (name === "null" ? "没有记名" : name);
const sorted = (items, { by, down }) =>
  by ? [...items].sort((a, b) => String(a[by]).localeCompare(String(b[by]), "zh") * (down ? -1 : 1)) : items;

// A heading sorts, the same again the other way round; which way is said to a reader, too.
const heading = ([name, label], query) =>
  h(
    "th",
    { scope: "col", "aria-sort": query.by === name ? (query.down ? "descending" : "ascending") : null },
    h(
      "a",
      { href: `#/find${search({ ...query, by: name, down: query.by === name && !query.down ? "1" : "" })}` },
      label,
      query.by === name ? (query.down ? " ↓" : " ↑") : "",
    ),
  );

const listed = (items, columns, query) =>
  table(
    "案件",
    columns.map((column) => heading(column, query)),
    sorted(items, query).map((one) =>
      h(
        "tr",
        {},
        columns.map(([, , draw]) => h("td", {}, draw(one))),
      ),
    ),
  );

// Each choice with how many of what was found it leaves.
function narrow(items, name, label, words, query) {
  const counts = new Map();
  for (const one of items) counts.set(String(one[name]), (counts.get(String(one[name])) ?? 0) + 1);
  return h(
    "label",
    {},
    label,
    h(
      "select",
      { onchange: (event) => go(query, { [name]: event.target.value }) },
      h("option", { value: "" }, `全部（${items.length}）`),
      [...counts]
        .sort()
        .map(([value, count]) =>
          h("option", { value, selected: query[name] === value }, `${words(value)}（${count}）`),
        ),
    ),
  );
}

const kept = (items, names, query) =>
  items.filter((one) => names.every((name) => !query[name] || String(one[name]) === query[name]));
const filters = (...fields) => h("div.desk-filters", { role: "group", "aria-label": "筛选" }, ...fields);

const CUT = () =>
  note("info", "这份文书有 100 条以上的记录，只查了最新的 100 条涉及的案件；要找其中一个人的，请按证件号码查。");
const found = (items, query) =>
  items.length
    ? [
        filters(
          narrow(items, "errand", "事项", titleOf, query),
          narrow(items, "statusLabel", "走到哪", String, query),
          narrow(items, "isOpen", "办结没有", (value) => (value === "true" ? "在办" : "已办结"), query),
          narrow(items, "handlerName", "承办", handlerWords, query),
        ),
        listed(kept(items, ["errand", "statusLabel", "isOpen", "handlerName"], query), COLUMNS.found, query),
      ]
    : [empty("没有找到", "请核对号码是否完整。")];

function byNumber(query, staff) {
  const room = h(
    "div.section",
    { "aria-live": "polite" },
    last.who === staff.id && last.items.length ? found(last.items, query) : null,
  );
  return [
    note(
      "info",
      "编号、文书号、证件号码都要填完整；全角半角、括号和空格不影响。按文书号和证件号码查的，会记进当事人的足迹。",
    ),
    card(
      null,
      form(
        [
          ...numberFields([{ value: "number", label: "案件编号" }]),
          {
            ...PURPOSE,
            required: false,
            hint: "按文书号和证件号码查的必填。",
            check: null,
          },
        ],
        "查询",
        async ({ purpose, ...about }) => {
          const { items, isCut } = await api.post("/staff/cases/search", {
            ...numberOf(about),
            ...(purpose ? { purpose } : {}),
          });
          last = { who: staff.id, items };
          room.replaceChildren(...(isCut ? [CUT()] : []), ...found(items, {}));
        },
      ),
    ),
    room,
  ];
}

async function decided(query) {
  const errand = query.kind === "repairs" ? "repairs" : "objections";
  const days = DAYS.includes(Number(query.days)) ? Number(query.days) : 30;
  const { items, isCut } = await api.get(`/staff/cases/decided${search({ errand, days })}`);
  const choose = (label, name, options, value) =>
    h(
      "label",
      {},
      label,
      h(
        "select",
        { onchange: (event) => go(query, { [name]: event.target.value, statusLabel: "", unit: "", handlerName: "" }) },
        options.map(([option, text]) =>
          h("option", { value: option, selected: String(option) === String(value) }, text),
        ),
      ),
    );
  return [
    filters(
      choose(
        "事项",
        "kind",
        ["objections", "repairs"].map((name) => [name, titleOf(name)]),
        errand,
      ),
      choose(
        "多久以内",
        "days",
        DAYS.map((one) => [one, one === 366 ? "一年" : `${one}天`]),
        days,
      ),
      narrow(items, "statusLabel", "结果", String, query),
      narrow(items, "unit", "来源单位", unitWords, query),
      narrow(items, "handlerName", "承办", handlerWords, query),
    ),
    isCut ? note("info", "只列最近 200 件；更早的按号码查。") : null,
    items.length
      ? listed(kept(items, ["statusLabel", "unit", "handlerName"], query), COLUMNS.decided, query)
      : empty("没有办结的", "换一段时间看看。"),
  ];
}

export async function show({ query, staff }) {
  const tab = query.tab === "decided" ? "decided" : "found";
  return {
    title: "查案件",
    body: [
      h("div.desk-head", {}, h("h2", {}, "查案件"), h("p", {}, "办结了的也在里面")),
      h(
        "nav.desk-tabs",
        { "aria-label": "查案件" },
        TABS.map(([name, label]) =>
          h("a", { href: `#/find${search({ tab: name })}`, "aria-current": name === tab ? "page" : null }, label),
        ),
      ),
      tab === "decided" ? await decided(query) : byNumber(query, staff),
    ],
  };
}
