import { api } from "../api.js";
import { h } from "../dom.js";
import { nameOf } from "../records.js";
import { near } from "../words.js";
import { addressee, doneLink, received, recordFor } from "./choosing.js";

const words = { which: "您觉得哪一条有问题？", none: "没有可以提异议的记录", noneText: "报告里没有正在披露的记录。" };

// What one comes with from a record where something is not stated.
const ABOUT = {
  class: {
    text: "没有写明失信类别（轻微、一般或者严重），算不出公示期。请认定单位核实并补写。",
    desired: "写明失信类别",
  },
  duty: { text: "义务已经履行完，记录里没有写。请核实并补记履行完毕的日期。", desired: "补记义务履行完毕的日期" },
};

export const flow = {
  id: "objection",
  title: "提出异议",
  warning: null,
  submitLabel: "提交异议",
  start: (query) => (query.footprint ? { reasons: ["unknown_query"] } : {}),

  async prepare(query) {
    const found = await recordFor(
      query,
      (one) => one.actions.some((action) => action.flow === "objection" && action.isPossible),
      "objection",
      words,
    );
    if (found.instead) return found;
    const advice = await api.get(`/me/objections/advice?recordId=${encodeURIComponent(found.record.id)}`);
    return { ...found, advice, footprint: query.footprint };
  },

  fill({ advice }, query) {
    const given = ABOUT[query.about];
    const missing = advice.reasons.find((one) => one.title.includes("遗漏")) ?? advice.reasons[0];
    return {
      addressee: (advice.choices.find((one) => one.isAdvised) ?? advice.choices[0])?.addressee,
      ...(given ? { ...given, reasons: [missing.code] } : {}),
    };
  },

  steps({ record, advice }, values) {
    const needsText =
      advice.needsWrittenReasons ||
      advice.reasons.some((one) => one.needsText && (values.reasons ?? []).includes(one.code));
    return [
      {
        title: "哪里不对",
        lead: `${nameOf(record)}。可以选几项。`,
        fields: [
          {
            name: "reasons",
            kind: "many",
            label: "异议理由",
            required: true,
            options: advice.reasons
              .filter((one) => !one.needsFootprint || values.reasons?.includes(one.code))
              .map((one) => ({ value: one.code, label: one.title })),
          },
        ],
      },
      {
        title: "说说具体情况",
        lead: advice.needsWrittenReasons ? "这里的条例要求书面写明理由，在手机上写就可以。" : null,
        fields: [
          {
            name: "text",
            kind: "text",
            rows: 5,
            max: 2000,
            label: "理由和经过",
            required: needsText,
            hint: "写事实就好。不要写别人的证件号码。",
          },
          { name: "desired", kind: "text", rows: 2, max: 2000, label: "希望改成什么样" },
          { name: "files", kind: "evidence", label: "材料", short: "材料" },
        ],
      },
      {
        title: "交给谁处理",
        quiet: true,
        fields: [
          addressee(
            advice.choices.map((one) => ({
              value: one.addressee,
              label: `${one.name}${one.isAdvised ? "（建议）" : ""}`,
              text: [one.why.replace(/。$/, ""), one.path.length ? `最晚${near(one.path.at(-1).due.on)}答复` : ""]
                .filter(Boolean)
                .join("。"),
            })),
          ),
          {
            kind: "say",
            body: h(
              "ul.bullets",
              {},
              advice.notes.map((text) => h("li", {}, text)),
            ),
          },
        ],
      },
    ];
  },
  promise: "处理期间这条记录继续披露，但会带着“异议处理中”的标注。不收费。",

  submit: (values, data, ids) => ({
    path: "/me/objections",
    body: {
      recordId: data.record.id,
      addressee: values.addressee,
      reasons: values.reasons,
      evidence: ids,
      ...(values.text?.trim() ? { text: values.text.trim() } : {}),
      ...(values.desired?.trim() ? { desired: values.desired.trim() } : {}),
      ...(data.footprint ? { footprintId: data.footprint } : {}),
    },
  }),

  doneLink,
  receipt: (reply) => ({ ...received(reply), pairs: [["记录标注", reply.isMarked ? "已加上“异议处理中”" : null]] }),
};
