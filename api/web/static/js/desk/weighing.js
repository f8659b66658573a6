// What a step asks for, the same for an officer and for a unit: corrections, pauses, approvals, materials, bars.

import { api, newKey } from "../api.js";
import { h, icon } from "../dom.js";
import { choices } from "../errands.js";
import { choice } from "../forms.js";
import { card } from "../ui.js";
import { dateWords, today } from "../words.js";

// A day up to today, which is asked for when the form is drawn: a page may stand open over night.
export const pastDay = (name, label, more = {}) => ({
  name,
  kind: "date",
  label,
  required: true,
  get latest() {
    return today();
  },
  ...more,
});

export const pauseFields = () => [
  choice("kind", "哪一种", choices("objections", "kind")),
  { name: "laboratory", kind: "text", max: 100, label: "交给哪家机构", required: true, least_length: 2 },
  pastDay("orderedOn", "委托日期"),
  {
    name: "expectedUntil",
    kind: "date",
    label: "预计结束",
    required: true,
    least: today(),
    hint: "委托后最多六十个工作日；还不够的，以后凭新的文书再办一次。",
  },
  { name: "files", kind: "evidence", label: "委托文书", required: true, most: 1, covers: ["order"] },
];

// The order goes into the case first. A second try of the same file sends nothing twice.
export async function withOrder(path, one, { files, ...rest }) {
  const [file] = files;
  if (!file.id) {
    file.key ??= newKey();
    const body = new FormData();
    body.append("file", file.blob, file.name);
    body.append("kind", "examination_order");
    const after = await api.upload(`${path}/evidence`, body, { key: file.key, progress: () => {} });
    const known = new Set((one.evidence ?? []).map((held) => held.id));
    file.id = after.evidence.find((held) => !known.has(held.id)).id;
  }
  return { ...rest, order: file.id };
}

const MARKS = new Map([
  [true, ["check", "met", "满足"]],
  [false, ["cross", "unmet", "不满足"]],
  [null, ["ask", "open", "缺信息"]],
]);

// What has to hold, with the fact that says so, where it is decided.
const conditionsField = (conditions = []) => ({
  kind: "say",
  body: h(
    "ul.conditions",
    {},
    conditions.map((each) => {
      const [picture, tone, words] = MARKS.get(each.isMet);
      return h(
        `li.${tone}`,
        {},
        icon(picture),
        h("span", {}, each.title),
        h("span.side", {}, words),
        h("small", {}, each.detail),
      );
    }),
  ),
});

// What is not shown to be met is ticked one by one by who approves all the same, with reasons.
export function approvalFields(one, before, reasons) {
  const open = (one.conditions ?? []).filter((each) => each.isDecisive && each.isMet !== true);
  return [
    conditionsField(one.conditions),
    open.length
      ? {
          name: "despite",
          kind: "many",
          label: "没有满足或者无法核对的条件，仍然同意的逐条勾选",
          required: true,
          hint: "勾选的会照实写进决定书。",
          options: open.map((each) => ({ value: each.name, label: each.title, text: each.detail })),
        }
      : null,
    ...before,
    open.length ? reasons : { ...reasons, required: false, hint: "不填则写“符合信用修复条件”。" },
  ].filter(Boolean);
}

const OUTCOMES = {
  corrected: "更正",
  supplemented: "补充",
  deleted: "删除",
  stopped: "停止披露",
  unlisted: "移出名单",
  explained: "已说明或处理",
};
export const outcomesOf = (one) =>
  Object.fromEntries(Object.entries(OUTCOMES).filter(([name]) => one.outcomes?.includes(name)));

export const materialField = {
  name: "items",
  kind: "text",
  rows: 4,
  max: 2000,
  label: "要补的材料",
  required: true,
  hint: "一行一项，一次列全：以后不能再列第二次。最后一天按服务约定算好，写进通知；过了那天没有补交的才能结束办理。",
};
export const linesOf = (text) =>
  text
    .split("\n")
    .map((one) => one.trim())
    .filter(Boolean);

export const agreedField = choice("agreed", "同意还是不同意", { yes: "同意", no: "不同意" });

// `unit`: who writes down until when, in words.
export const barFields = (unit) => [
  choice("element", "哪种情形", {
    false_material: "材料虚假",
    seriously_untrue: "承诺严重不实",
    wilful_default: "故意不履行承诺",
  }),
  { name: "facts", kind: "text", rows: 4, max: 2000, label: "查明的事实", required: true },
  { name: "basis", kind: "text", rows: 2, max: 2000, label: "依据的文件和条款", required: true },
  {
    name: "until",
    kind: "date",
    label: "不得申请修复的截止日期",
    required: true,
    least: today(),
    hint: `由${unit}写明；系统不推算年数。`,
  },
  { name: "replyBy", kind: "date", label: "请本人最晚在哪天答复", required: true, least: today() },
  { name: "remedies", kind: "text", rows: 3, max: 2000, label: "救济途径", required: true },
];

export const materialCard = (material) =>
  material
    ? card(
        "要补的材料",
        h(
          "ul.bullets",
          {},
          material.items.map((text) => h("li", {}, text)),
        ),
        material.answerBy ? h("p", {}, `请当事人最晚 ${dateWords(material.answerBy)} 补交。`) : null,
        material.answer ? h("p", {}, `当事人：${material.answer}`) : null,
      )
    : null;
