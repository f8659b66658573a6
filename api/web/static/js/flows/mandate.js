// Asking to act for an organisation, a ward or a principal. Whom, by what proof and for what, the server says.

import { api } from "../api.js";
import { walkOf } from "../case/head.js";
import { choice } from "../forms.js";
import { me } from "../me.js";
import { first, whichPlace } from "../served.js";
import { citation } from "../ui.js";
import { addDays, KINDS, today } from "../words.js";
import { howLong, whatFor } from "./helper.js";

const isPerson = ({ kind }) => kind !== "organisation";

export const flow = {
  id: "mandate",
  title: "代表单位、监护、代理",
  submitLabel: "交给信用中心核对",
  start: () => ({ items: ["report", "objection", "repair", "notice"], days: 365, documentKind: "resident_id" }),
  prepare: async () => ({
    ...(await api.get("/me/mandates/form")),
    place: (await me())?.jurisdiction ?? first,
  }),
  fill: ({ place }) => ({ jurisdiction: place }),

  steps: ({ kinds, powers }, values) => [
    {
      title: "替谁办",
      fields: [
        choice(
          "kind",
          "要代办的是",
          kinds.map((one) => ({ value: one.kind, label: one.title, text: `证明：${one.proof}` })),
        ),
        { name: "name", kind: "text", label: "名称或者姓名", required: true, max: 100, hint: "与证照上的一致。" },
        {
          name: "documentNumber",
          kind: "text",
          label: "证照号码",
          required: true,
          max: 40,
          hint: "单位写统一社会信用代码，个人写证件号码。",
        },
        whatFor(powers, "要办的事"),
      ],
    },
    { title: "证明", fields: [{ name: "files", kind: "evidence", label: "证明材料", required: true }] },
    howLong(),
    {
      title: "地区和证件",
      quiet: true,
      fields: [
        whichPlace,
        isPerson(values) ? { name: "documentKind", kind: "choice", label: "证件类型", options: KINDS } : null,
        isPerson(values) ? { name: "bornOn", kind: "date", label: "出生日期", hint: "用居民身份证时不用填。" } : null,
      ],
    },
  ],

  submit: ({ days, name, documentNumber, documentKind, bornOn, ...values }, _, ids) => ({
    path: "/me/mandates",
    body: {
      kind: values.kind,
      name: name.trim(),
      documentNumber: documentNumber.trim(),
      ...(isPerson(values) ? { documentKind, ...(bornOn ? { bornOn } : {}) } : {}),
      items: values.items,
      untilOn: addDays(today(), days),
      jurisdiction: values.jurisdiction,
      evidence: ids,
    },
  }),
  doneLink: (reply) => `#/cases/mandates/${reply.id}`,
  receipt: (reply) => ({
    title: "申请已收到",
    at: reply.askedAt,
    number: reply.number,
    pairs: [["替谁办", reply.represented.name]],
    next: walkOf("mandates", reply),
    more: reply.citations.map(citation),
  }),
};
