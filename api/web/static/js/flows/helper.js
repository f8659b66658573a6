import { api } from "../api.js";
import { agree, choice } from "../forms.js";
import { codeOf } from "../receipt.js";
import { addDays, dateWords, today } from "../words.js";
import { until } from "./choosing.js";

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
  fields: [until(DAYS, "untilOn")],
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
        choice("kind", "对方是", { family: "家人", community: "社区工作人员" }, { covers: ["helper.kind"] }),
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

  consents: ({ given }) => [agree("agreed", "我书面委托", given, ["consentVersion"], "书面委托")],

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
    pairs: [
      ["请", reply.appointment.helperName],
      ["可以", reply.appointment.powers.map((one) => one.label).join("、")],
      ["到", dateWords(reply.appointment.until.on)],
    ],
    next: "对方登录后，在“我的”“请人帮忙”里输入这个码，或者扫码。",
    hrefLabel: "查看或收回",
  }),
};
