import { api, query as search } from "../api.js";
import { h } from "../dom.js";
import { download } from "../paper.js";
import { button, buttons, empty, furtherPages, sheet, state } from "../ui.js";
import { dateWords, stampWords } from "../words.js";
import { table } from "./table.js";

// Whoever or whatever a line names leads to all that was done by them, or with it.
const narrowed = (name, value, words) =>
  value ? h("a", { href: `#/audit${search({ [name]: value })}` }, words) : words;

const line = (one) =>
  h(
    "tr",
    {},
    [
      stampWords(one.at),
      one.origin ? `${one.roleName}（窗口代办）` : one.roleName,
      h(
        "span",
        {},
        narrowed("by", one.by, one.byName ?? one.by),
        one.person ? `（${one.personName ?? one.person}）` : "",
      ),
      one.actionName,
      narrowed("ref", one.ref, one.ref),
      one.outcomeName,
      one.basisWords ?? "",
      one.chain ? `${dateWords(one.day)} 第${one.number}条 ${one.chain.slice(0, 12)}…` : "待入链",
    ].map((text) => h("td", {}, text)),
  );

async function heads() {
  const { items } = await api.get("/staff/audit/heads");
  sheet("每天的链头", () => [
    h("p", {}, "把链头抄到别处保存，以后就能查出有没有人改过。"),
    items.length
      ? h(
          "ul.bullets",
          {},
          items.map((one) => h("li", {}, `${dateWords(one.day)} 第${one.number}条 `, h("code", {}, one.chain))),
        )
      : h("p", {}, "还没有结链的日子。"),
  ]);
}

async function checkChain(day) {
  const found = await api.get(`/staff/audit/chain?day=${day}`);
  sheet(`${dateWords(day)}的链`, () => [
    state(found.isWhole ? "good" : "bad", found.isWhole ? "完整，没有改动" : `断了，${found.faults.length}处`),
    found.faults.length
      ? h(
          "ul.bullets",
          {},
          found.faults.map((one) => h("li", {}, one.number === null ? "" : `第${one.number}条：`, one.text)),
        )
      : null,
  ]);
}

export async function show({ query }) {
  const page = (cursor) =>
    api.get(
      `/staff/audit${search({ day: query.day, action: query.action, subject: query.subject, by: query.by, ref: query.ref, cursor, limit: 50 })}`,
    );
  const [first, { items: actions }] = await Promise.all([page(), api.get("/staff/audit/actions")]);
  const body = h("tbody", {}, first.items.map(line));
  const tail = furtherPages(first, page, (items) => body.append(...items.map(line)));
  const go = (name) => (event) => {
    location.hash = `#/audit${search({ ...query, [name]: event.target.value.trim() })}`;
  };
  return {
    title: "审计",
    body: [
      h("h2", {}, "审计"),
      h("p", {}, "谁在什么时候看过、改过什么。每天的记录用 SM3 串成一链，改动任何一条都会断链。查看审计本身也会记下。"),
      h(
        "div.desk-filters",
        { role: "group", "aria-label": "筛选" },
        h("label", {}, "日期", h("input", { type: "date", value: query.day ?? "", onchange: go("day") })),
        h(
          "label",
          {},
          "做了什么",
          h(
            "select",
            { onchange: go("action") },
            h("option", { value: "" }, "全部"),
            actions.map((one) => h("option", { value: one.action, selected: one.action === query.action }, one.name)),
          ),
        ),
        h(
          "label",
          {},
          "对象（盲索引）",
          h("input", { type: "text", value: query.subject ?? "", onchange: go("subject") }),
        ),
      ),
      buttons(
        query.by || query.ref
          ? h("a.button.quiet", { href: "#/audit" }, query.by ? "不再只看这个人" : "不再只看这一件")
          : null,
        button("每天的链头", heads, "quiet"),
        query.day ? button("核对这一天的链", () => checkChain(query.day), "quiet") : null,
        query.day
          ? button(
              "导出这一天",
              () =>
                download(
                  `/staff/audit/export${search({ day: query.day, action: query.action, subject: query.subject })}`,
                  `审计-${query.day}.csv`,
                ),
              "quiet",
            )
          : null,
      ),
      first.items.length
        ? table("审计记录", ["时间", "角色", "谁", "做了什么", "对象", "结果", "依据", "链"], body)
        : empty("没有记录", ""),
      tail,
    ],
  };
}
