// The unit's own records: find, open, correct, revoke. Corrections pass the checks of intake; old and new stand side by side.

import { api } from "../api.js";
import { kindField, ofWhom } from "../desk/numbers.js";
import { h, put } from "../dom.js";
import { choice, form } from "../forms.js";
import { badge, button, buttons, card, empty, facts, link, sheet, toast } from "../ui.js";
import { itemWords } from "../words.js";
import { grown, moment, pages, table, title } from "./parts.js";

const CLASSES = { minor: "轻微", general: "一般", serious: "严重" };
const ACTS = { corrected: "本机关自行更正", revoked: "复议机关决定撤销", annulled: "人民法院判决撤销" };
const DATES = [
  ["decidedOn", "文书日期"],
  ["endedOn", "违法行为终止日期"],
  ["dutyPerformedOn", "义务履行日期"],
  ["correctedOn", "纠正日期"],
  ["sentenceCompletedOn", "刑罚执行完毕日期"],
];
const HEADS = ["文书号", "谁", "哪一类", "文书日期", "现在", ""];

const row = (one) => [
  one.actNumber ?? "",
  one.name,
  one.title,
  one.decidedOn ?? "",
  [one.standingLabel, one.hasObjection ? badge("warn", "有异议") : ""],
  h("a", { href: `#/records/${one.id}`, "aria-label": `打开 ${one.actNumber ?? one.id}` }, "打开"),
];

export const draw = ([id], person) => (id ? one(id, person) : list());

async function list() {
  const first = await api.get("/provider/records");
  const room = h("div");
  const otherwise = empty("还没有记录", "报送入库的都在这里。");
  const all = () => put(room, pages(first, "/provider/records", HEADS, row, "本单位的记录", otherwise));
  all();
  const search = form(
    [
      {
        name: "number",
        kind: "text",
        label: "文书号，或者完整的身份证号、统一社会信用代码",
        required: true,
        max: 60,
        covers: ["documentNumber", "actNumber"],
      },
      kindField,
    ],
    "查找",
    async ({ number, documentKind }) => {
      const isOfSomebody = documentKind || /^[\dA-Za-z]{18}$/.test(number.trim());
      const asked = isOfSomebody ? ofWhom(number, documentKind) : { actNumber: number.trim() };
      const more = (cursor) => api.post("/provider/records/search", { ...asked, cursor });
      const first = await api.post("/provider/records/search", asked);
      put(
        room,
        grown(first, more, HEADS, row, "找到的记录", empty("没有找到", "号码要写完整；括号写哪一种都行。")),
        button("看全部", all, "quiet"),
      );
    },
  );
  return [title("本单位的记录"), card(null, search), card(null, room)];
}

async function one(id, person) {
  const record = await api.get(`/provider/records/${encodeURIComponent(id)}`);
  const again = () => {
    location.hash = "#/records";
    location.hash = `#/records/${id}`;
  };
  const isLead = person.role === "lead";
  return [
    title(record.title, badge(record.standing === "standing" ? "good" : "none", record.standingLabel)),
    h(
      "div.unit-pair",
      {},
      h(
        "div",
        {},
        card(
          "报的是什么",
          facts([
            ["姓名", record.name],
            ["证件号码", record.documentNumber],
            ["轻重", CLASSES[record.recordClass] ?? "没有写"],
            ...itemWords(record.items),
          ]),
        ),
      ),
      h(
        "div",
        {},
        card(
          "日子",
          facts([
            ...DATES.map(([name, label]) => [label, record[name]]),
            ["报告里显示到", record.disclosedUntil],
            ["网上公示到", record.publishedUntil],
            ["入库", moment(record.receivedAt)],
          ]),
        ),
        record.standing === "standing"
          ? card(
              "改正",
              isLead
                ? buttons(
                    button("更正", () => correct(record, again), "quiet"),
                    button("原决定撤销了", () => revoke(record, again), "danger"),
                  )
                : h("p", {}, "更正和撤销由本单位的负责人办理。"),
            )
          : null,
        record.changes.length
          ? card(
              "改动过的",
              table(
                ["时间", "谁", "改了什么", "为什么"],
                record.changes.map((change) => [
                  moment(change.at),
                  change.unit,
                  change.fields.join("、"),
                  change.reason,
                ]),
                "改动",
              ),
            )
          : null,
        link("返回", "#/records", "quiet"),
      ),
    ),
  ];
}

function correct(record, done) {
  const fields = [
    ...Object.entries(record.items).map(([label, value]) => ({
      name: `item:${label}`,
      kind: "text",
      label,
      value,
      max: 5000,
    })),
    ...DATES.filter(
      ([name]) => name !== "decidedOn" || !Object.keys(record.items).some((label) => label.endsWith("决定日期")),
    ).map(([name, label]) => ({
      name,
      kind: "text",
      label: `${label}（如 2026-01-31，没有的空着）`,
      value: record[name] ?? "",
      max: 20,
    })),
    {
      name: "recordClass",
      kind: "choice",
      label: "轻重",
      value: record.recordClass ?? "",
      options: [["", "没有确定"], ...Object.entries(CLASSES)].map(([value, label]) => ({ value, label })),
    },
    { name: "reason", kind: "text", rows: 3, label: "为什么改（当事人看得到）", required: true, max: 1000 },
  ];
  sheet("更正这条记录", () =>
    form(fields, "更正", async ({ reason, ...values }) => {
      const items = {};
      const changed = {};
      for (const [name, value] of Object.entries(values)) {
        const text = typeof value === "string" ? value.trim() : value;
        if (name.startsWith("item:")) {
          const label = name.slice(5);
          if (text !== record.items[label]) items[label] = text || null;
        } else if ((text || null) !== (record[name] ?? null)) changed[name] = text || null;
      }
      if (Object.keys(items).length) changed.items = items;
      const reply = await api.post(`/provider/records/${record.id}/corrections`, { reason, fields: changed });
      toast(`已更正：${reply.changed.join("、")}。当事人和有副本的系统都会知道。`);
      done();
    }),
  );
}

function revoke(record, done) {
  sheet("原决定撤销了", () =>
    form(
      [
        choice("act", "谁撤销的", ACTS),
        { name: "reason", kind: "text", rows: 3, label: "依据和情况（当事人看得到）", required: true, max: 1000 },
      ],
      "撤下这条记录",
      async (values) => {
        const reply = await api.post(`/provider/records/${record.id}/revocation`, values);
        toast(`已撤下，不再公示和查询。${reply.explanation}`);
        done();
      },
    ),
  );
}
