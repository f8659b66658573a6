import { api } from "../api.js";
import { codeOf } from "../receipt.js";
import { citation } from "../ui.js";
import { addDays, dateWords, today } from "../words.js";

const DAYS = [1, 7, 30, 90, 365];

export const whatFor = (powers, label) => ({
  name: "items",
  kind: "many",
  label,
  required: true,
  options: powers.map((one) => ({ value: one.item, label: one.label, text: one.text })),
});

export const howLong = () => ({
  title: "到哪天为止",
  quiet: true,
  fields: [
    {
      name: "days",
      kind: "choice",
      label: "有效期",
      required: true,
      covers: ["untilOn"],
      options: DAYS.map((value) => ({
        value,
        label: value === 365 ? "一年" : `${value}天`,
        text: `到${dateWords(addDays(today(), value))}`,
      })),
    },
  ],
});

export const flow = {
  id: "helper",
  title: "请人帮忙",
  submitLabel: "委托并取码",
  warning: "只请您信得过的人。对方替您看过、办过的，您都会知道；随时可以收回。",
  start: () => ({ kind: "family", items: ["report"], days: 30 }),

  prepare: async () => ({ given: await api.get("/me/helpers/form") }),

  steps: ({ given }) => [
    {
      title: "请谁帮、帮什么",
      fields: [
        {
          name: "kind",
          kind: "choice",
          label: "对方是",
          required: true,
          covers: ["helper.kind"],
          options: [
            { value: "family", label: "家人" },
            { value: "community", label: "社区工作人员" },
          ],
        },
        {
          name: "name",
          kind: "text",
          label: "对方姓名",
          required: true,
          least_length: 2,
          max: 60,
          covers: ["helper", "helper.name"],
          hint: "写证件上的姓名，对方要用这个身份登录。",
        },
        whatFor(given.powers, "可以替我"),
      ],
    },
    howLong(),
  ],

  consents: ({ given }) => [
    {
      name: "agreed",
      kind: "tick",
      text: given.text,
      label: "我书面委托",
      required: true,
      covers: ["consentVersion"],
      short: "书面委托",
      after: citation(given.citation),
    },
  ],

  submit: (values, { given }) => ({
    path: "/me/helpers",
    body: {
      helper: { kind: values.kind, name: values.name.trim() },
      items: values.items,
      untilOn: addDays(today(), values.days),
      consentVersion: given.version,
    },
  }),
  doneLink: () => "#/helpers",
  receipt: (reply) => ({
    title: "等对方接受",
    extra: codeOf(reply),
    isWaiting: false,
    pairs: [
      ["请", reply.appointment.helperName],
      ["可以", reply.appointment.powers.map((one) => one.label).join("、")],
      ["到", dateWords(reply.appointment.until.on)],
    ],
    next: "对方登录后，在“我的”“请人帮忙”里输入这个码，或者扫码。",
    hrefLabel: "查看或收回",
  }),
};
