// What an officer has to write for each step. The server says which steps are allowed; this says which fields they take.

import { api } from "../api.js";
import { h } from "../dom.js";
import { choice, form } from "../forms.js";
import { download, paper } from "../paper.js";
import { button, note, sheet } from "../ui.js";
import { articleWords } from "../words.js";
import { amended, amendments } from "./amend.js";
import { isDrafted } from "./errands.js";
import {
  agreedField,
  approvalFields,
  barFields,
  linesOf,
  materialField,
  outcomesOf,
  pastDay,
  pauseFields,
  withOrder,
} from "./weighing.js";

const reason = {
  name: "reason",
  kind: "text",
  rows: 2,
  max: 500,
  label: "办理理由（只有工作人员看得到）",
  required: true,
  least_length: 2,
};
const reasons = { name: "reasons", kind: "text", rows: 4, max: 2000, label: "写给当事人的理由", required: true };
const correction = (one, must) => [
  choice("outcome", "怎么改", outcomesOf(one), {
    required: must,
    hint: must ? null : "不选的，按提供单位回复的内容改。",
    covers: ["correction", "correction.outcome"],
  }),
  ...amendments(one.cells ?? []),
];

function correctionOf(one, { outcome, ...values }) {
  return outcome ? { correction: { outcome, ...amended(one.cells ?? [], values) } } : {};
}
const plain = (values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ""));

const STEPS = {
  "correct-own-error": {
    fields: (one) => [reason, reasons, ...correction(one, true)],
    body: ({ reason: why, reasons: text, ...rest }, one) => ({
      reason: why,
      reasons: text,
      ...correctionOf(one, rest),
    }),
  },
  uphold: {
    fields: (one) => [reason, reasons, ...correction(one, !one.reply?.isFounded)],
    body: ({ reason: why, reasons: text, ...rest }, one) => ({
      reason: why,
      reasons: text,
      ...correctionOf(one, rest),
    }),
  },
  reject: { fields: [reason, reasons] },
  receipt: { fields: [reason, pastDay("receivedOn", "单位收到的日期", { required: false })] },
  "reply-founded": {
    path: "reply",
    fields: (one) => [reason, reasons, ...correction(one, true)],
    body: ({ reason: why, reasons: text, ...rest }, one) => ({
      reason: why,
      founded: true,
      reasons: text,
      ...correctionOf(one, rest),
    }),
  },
  "reply-unfounded": { path: "reply", fields: [reason, reasons], body: (values) => ({ ...values, founded: false }) },
  "ask-for-material": {
    fields: [reason, materialField],
    body: ({ items, ...rest }) => ({
      ...rest,
      items: linesOf(items),
    }),
  },
  approve: { fields: (one) => approvalFields(one, [reason], reasons) },
  refuse: { fields: [reason, reasons] },
  decline: { fields: [reason, reasons] },
  extend: { fields: [reason, reasons] },
  "propose-bar": {
    fields: () => [reason, ...barFields("认定单位")],
    body: ({ reason: why, ...bar }) => ({ reason: why, bar }),
  },
  ...Object.fromEntries(
    ["kept", "partly", "broken"].map((outcome) => [
      `find-${outcome}`,
      {
        path: "finding",
        fields: [{ ...reasons, name: "reason", max: 1000, least_length: 2 }],
        body: (values) => ({ ...values, outcome }),
      },
    ]),
  ),
  "forward-letter": {
    fields: [reason, pastDay("on", "转交的日子")],
  },
  "answer-letter": {
    fields: (one) => [
      reason,
      { ...reasons, name: "text", label: "答复内容（本人可见）" },
      ...(one.isDecided ? [agreedField] : []),
    ],
    body: ({ agreed, ...rest }) => ({ ...rest, ...(agreed ? { agreed: agreed === "yes" } : {}) }),
  },
  pass_on: { path: "pass-on", fields: [reason, pastDay("on", "转给单位的日子")] },
  "refuse-mandate": { fields: [reason, reasons] },
  "revoke-mandate": { fields: [reason, reasons] },
  "drop-bar": { fields: [reason, reasons] },
  bar: { fields: [reason, reasons] },
  pause: {
    fields: () => [reason, ...pauseFields()],
    ready: (one, values) => withOrder(`/staff/objections/${one.id}`, one, values),
  },
};

const bodyOf = (step, one, values) => ({
  ...(step.body ? step.body(plain(values), one) : plain(values)),
  ...(one.version ? { version: one.version } : {}),
});

// A step that ends in a paper for the resident: it can be read before it is decided. Nothing is kept of a draft.
async function showDraft(errand, one, action, { reason: _, ...rest }) {
  const path = `/staff/${errand}/${one.id}/draft`;
  const body = { action: action.action, ...rest };
  const result = await api.post(path, body);
  await sheet("结果文书草稿", () => [
    paper(result, true),
    button("下载草稿 PDF", () => download(`${path}.pdf`, "草稿.pdf", body), "quiet"),
  ]);
}

const stepOf = (action) => STEPS[action] ?? { fields: [reason] };

export const doStep = (errand, one, action, extra = {}) => {
  const step = { ...stepOf(action.action), ...extra };
  return sheet(action.label, (close) => [
    action.law?.length
      ? note(
          "info",
          "依据：",
          action.law.map((law) => h("span", {}, lawWords(law), " ")),
        )
      : null,
    form(
      typeof step.fields === "function" ? step.fields(one) : step.fields,
      step.proposed ? "交审核" : action.label,
      async (values) => {
        const ready = (await step.ready?.(one, values)) ?? values;
        const path = step.proposed ? "proposal" : (step.path ?? action.action);
        const said = step.proposed ? { action: action.action } : {};
        await api.post(`/staff/${errand}/${one.id}/${path}`, { ...bodyOf(step, one, ready), ...said });
        close(true);
      },
      isDrafted(errand, action.action)
        ? {
            label: "先看结果文书草稿",
            without: ["reason"],
            work: (values) => showDraft(errand, one, action, bodyOf(step, one, values)),
          }
        : null,
    ),
  ]);
};

// `yunnan-36` is an article, `order-36` an instrument: what the instruments are called, and which has its text here, the server says.
let instruments = [];
export const learnTitles = async () => {
  if (!instruments.length) instruments = await api.get("/regulations");
};

const cited = (law) => {
  const whole = instruments.find((one) => one.id === law);
  if (whole) return { of: whole };
  const at = law.lastIndexOf("-");
  return { of: instruments.find((one) => one.id === law.slice(0, at)), article: law.slice(at + 1) };
};

const lawWords = (law) => {
  const { of, article } = cited(law);
  return `《${of?.title ?? "有关规定"}》${article ? articleWords(article) : ""}`;
};

export const lawLink = (law) => {
  const { of, article } = cited(law);
  return of?.hasText && article
    ? h("a", { href: `/#/law/${of.id}/${article}`, target: "_blank", rel: "noopener" }, lawWords(law))
    : lawWords(law);
};
