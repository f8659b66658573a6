// Looking up a record: by an exact number, for a stated purpose that the person will read in the footprints.

import { api } from "../api.js";
import { conditionsList } from "../conditions.js";
import { h, put } from "../dom.js";
import { choice, form } from "../forms.js";
import { axisOf, marksOf, periods, repairLine } from "../records.js";
import { place } from "../served.js";
import { badge, button, card, empty, facts, note, pager, sheet, toast } from "../ui.js";
import { dateWords, itemWords, stampWords } from "../words.js";
import { kindField, ofWhom } from "./numbers.js";

// The periods, drawn and in words.
const clocksDrawn = (record) =>
  record.publicity || record.disclosurePeriod
    ? h("figure.section", {}, axisOf(record), h("figcaption", {}, periods(record)))
    : null;

export const PURPOSE = choice("purpose", "查询事由（当事人会在“谁查过我”里看到）", {
  objection: "办理异议",
  repair: "办理信用修复",
  window: "本人到窗口查询",
  correction: "核对和更正信息",
  supervision: "监督检查",
});

// By which kind of number, and the number; `more` kinds come first. `numberOf` is what of these fields is sent.
export const numberOf = ({ by, number, documentKind }) =>
  by === "documentNumber" ? ofWhom(number, documentKind) : { [by]: number.trim() };
export const numberFields = (more = []) => {
  const kinds = [
    ...more,
    { value: "actNumber", label: "文书号" },
    { value: "documentNumber", label: "证件号码、信用代码" },
  ];
  return [
    choice("by", "按什么查", kinds, { value: kinds[0].value }),
    {
      name: "number",
      kind: "text",
      label: "号码",
      required: true,
      max: 100,
      covers: ["actNumber", "documentNumber"],
    },
    kindField,
  ];
};

// An officer notes what a system has said: that it follows the newest change.
async function follow(record, copy, redraw) {
  const done = await sheet("共享单位已跟进", (close) => [
    h("p", {}, `“${copy.system}”已经按最新情况处理。`),
    form(
      [{ name: "reason", kind: "text", rows: 2, max: 500, least_length: 2, label: "怎么知道的", required: true }],
      "登记",
      async ({ reason }) => {
        await api.post(`/staff/records/${encodeURIComponent(record.id)}/copies`, { system: copy.system, reason });
        close(true);
      },
    ),
  ]);
  if (done) {
    toast("已登记");
    redraw();
  }
}

const copies = (record, redraw) =>
  record.copies.length
    ? h(
        "ul.bullets",
        {},
        record.copies.map((one) =>
          h(
            "li",
            {},
            one.system,
            "：",
            one.toldAt === null
              ? "没有要跟进的"
              : one.acknowledgedAt
                ? `${stampWords(one.acknowledgedAt)} 已跟进`
                : [
                    badge("warn", "等待跟进"),
                    redraw ? button("登记已跟进", () => follow(record, one, redraw), "quiet.small") : null,
                  ],
          ),
        ),
      )
    : null;

const recordView = (record, redraw = null) =>
  card(
    record.title,
    h("div.badges", {}, marksOf(record)),
    facts([
      ["姓名", record.name],
      [record.documentKind, record.documentNumber],
      ["地区", place(record.jurisdiction)],
      ["来源单位", record.sourceUnit],
      ["文书", record.documentType],
      ["文书日期", dateWords(record.decidedOn)],
      ["行为终止", dateWords(record.endedOn)],
      ["义务履行", dateWords(record.dutyPerformedOn)],
      ["收到时间", stampWords(record.receivedAt)],
      ...itemWords(record.items),
    ]),
    repairLine(record.repair),
    clocksDrawn(record),
    conditionsList(record.repair),
    copies(record, redraw),
    record.changes.length
      ? h(
          "ol.steps",
          {},
          record.changes.map((one) =>
            h("li", {}, h("strong", {}, one.reason), h("small", {}, `${stampWords(one.at)} · ${one.unit}`)),
          ),
        )
      : null,
  );

export const openRecord = (id, purpose = "") =>
  sheet("查看记录", () => {
    const room = h("div.section");
    const look = async (values) => {
      room.replaceChildren(
        recordView(await api.get(`/staff/records/${encodeURIComponent(id)}?${new URLSearchParams(values)}`), () =>
          look(values),
        ),
      );
    };
    return [form([{ ...PURPOSE, value: purpose }], "查看", look), room];
  });

// The queue leads here with the record whose copies are followed; why it is opened is said as always.
export function show({ query }) {
  if (query.record) queueMicrotask(() => openRecord(query.record, "correction"));
  const room = h("div.section", { "aria-live": "polite" });
  return {
    title: "查记录",
    body: [
      h("h2", {}, "查记录"),
      note(
        "info",
        "只能按完整的文书号、证件号码或者统一社会信用代码查，不能按姓名或部分号码查。每次查询都会记进当事人的足迹。",
      ),
      card(
        null,
        form([...numberFields(), PURPOSE], "查询", async ({ purpose, ...about }) => {
          const asked = { purpose, ...numberOf(about) };
          const more = (cursor) => api.post("/staff/records/search", { ...asked, cursor });
          const first = await api.post("/staff/records/search", asked);
          put(
            room,
            pager(first, more, (record) => recordView(record), empty("没有找到", "请核对号码是否完整。")),
          );
        }),
      ),
      room,
    ],
  };
}
