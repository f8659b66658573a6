// Looking up a record: by an exact number, for a stated purpose that the person will read in the footprints.

import { h } from "../dom.js";
import { api } from "../api.js";
import { form } from "../forms.js";
import { clocksDrawn, conditionsList, marksOf, repairLine } from "../records.js";
import { card, empty, facts, note, sheet } from "../ui.js";
import { dateWords, place, stampWords } from "../words.js";

const PURPOSES = [["objection", "办理异议"], ["repair", "办理信用修复"], ["window", "本人到窗口查询"], ["correction", "核对和更正信息"], ["supervision", "监督检查"]];
const PURPOSE = { name: "purpose", kind: "choice", label: "查询事由（当事人会在“谁查过我”里看到）", required: true, options: PURPOSES.map(([value, label]) => ({ value, label })) };

export const recordView = (record) => card(record.title, h("div.badges", {}, marksOf(record)), facts([
  ["姓名", record.name], [record.documentKind, record.documentNumber], ["地区", place(record.jurisdiction)], ["来源单位", record.sourceUnit], ["文书", record.documentType], ["文书日期", dateWords(record.decidedOn)],
  ["行为终止", dateWords(record.endedOn)], ["义务履行", dateWords(record.dutyPerformedOn)], ["收到时间", stampWords(record.receivedAt)], ...Object.entries(record.items),
]), repairLine(record.repair), clocksDrawn(record), conditionsList(record.repair),
record.changes.length ? h("ol.steps", {}, record.changes.map((one) => h("li", {}, h("strong", {}, one.reason), h("small", {}, `${stampWords(one.at)} · ${one.unit}`)))) : null);

export const openRecord = (id, purpose = "") => sheet("查看记录", () => {
  const room = h("div.section");
  return [form([{ ...PURPOSE, value: purpose }], "查看", async (values) => {
    room.replaceChildren(recordView(await api.get(`/staff/records/${encodeURIComponent(id)}?${new URLSearchParams(values)}`)));
  }), room];
});

export function show() {
  const room = h("div.section", { "aria-live": "polite" });
  return {
    title: "查记录",
    body: [h("h2", {}, "查记录"), note("info", "只能按完整的文书号或证件号码查，不能按姓名或部分号码查。每次查询都会记进当事人的足迹。"),
      card(null, form([
        { name: "by", kind: "choice", label: "按什么查", required: true, value: "actNumber", options: [{ value: "actNumber", label: "文书号" }, { value: "documentNumber", label: "证件号码" }] },
        { name: "number", kind: "text", label: "号码", required: true, max: 100, covers: ["actNumber", "documentNumber"] }, PURPOSE,
      ], "查询", async ({ by, number, purpose }) => {
        const { items } = await api.post("/staff/records/search", { purpose, [by]: number.trim() });
        room.replaceChildren(...(items.length ? items.map(recordView) : [empty("没有找到", "请核对号码是否完整。")]));
      })), room],
  };
}
