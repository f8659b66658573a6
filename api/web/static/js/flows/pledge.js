import { api } from "../api.js";
import { dueWords } from "../cases.js";
import { agree, choice } from "../forms.js";
import { me } from "../me.js";
import { first, whichPlace } from "../served.js";
import { addDays, stampWords, today } from "../words.js";
import { eachPlace, unitsOf } from "./choosing.js";

const CENTRE = "centre";

export const flow = {
  id: "pledge",
  title: "信用承诺",
  submitLabel: "签署承诺",

  async prepare() {
    const [texts, units, mine] = await Promise.all([
      eachPlace((place) => api.get(`/me/pledges/texts?jurisdiction=${place}`)),
      eachPlace(unitsOf),
      me(),
    ]);
    return { texts, units, home: mine?.jurisdiction };
  },

  fill: ({ home }) => ({ jurisdiction: home ?? first, recipient: CENTRE }),

  steps(data, values) {
    const texts = data.texts[values.jurisdiction ?? data.home ?? first].filter((one) => one.kind !== "repair");
    const units = data.units[values.jurisdiction ?? data.home ?? first];
    return [
      {
        title: "在哪里承诺",
        quiet: true,
        fields: [whichPlace],
      },
      {
        title: "承诺什么",
        fields: [
          choice(
            "kind",
            "种类",
            texts.map((one) => ({ value: one.kind, label: one.title, text: one.text })),
          ),
        ],
      },
      {
        title: "向谁承诺",
        quiet: true,
        fields: [
          {
            name: "recipient",
            kind: units.length > 8 ? "pick" : "choice",
            label: "作出对象",
            required: true,
            options: [
              { value: CENTRE, label: "信用中心" },
              ...units.map((one) => ({ value: one.id, label: one.name })),
            ],
          },
        ],
      },
      {
        title: "写清楚",
        fields: [
          { name: "content", kind: "text", rows: 4, max: 1000, least_length: 2, label: "承诺的内容", required: true },
          { name: "dueOn", kind: "date", label: "什么时候前做到", required: true, least: addDays(today(), 1) },
        ],
      },
    ];
  },

  consents(data, values) {
    const text = data.texts[values.jurisdiction]?.find((one) => one.kind === values.kind);
    if (!text) return [];
    return [
      agree(
        "accepted",
        "我看清了后果，自愿承诺",
        {
          ...text,
          text: [text.text, text.consequence, `签署后${text.coolingOffHours}小时内可以反悔，反悔的不会进入记录。`],
        },
        ["consequenceAccepted", "textVersion"],
        "知道后果",
      ),
    ];
  },

  submit: (values, data) => ({
    path: "/me/pledges",
    body: {
      jurisdiction: values.jurisdiction,
      kind: values.kind,
      textVersion: data.texts[values.jurisdiction].find((one) => one.kind === values.kind).version,
      content: values.content.trim(),
      dueOn: values.dueOn,
      consequenceAccepted: values.accepted === true,
      ...(values.recipient && values.recipient !== CENTRE ? { recipient: values.recipient } : {}),
    },
  }),
  doneLink: (reply) => `#/cases/pledges/${reply.id}`,
  receipt: (reply) => ({
    title: "承诺已签署",
    pairs: [
      ["种类", reply.title],
      ["作出对象", reply.recipientUnit],
      ["生效时间", stampWords(reply.effectiveAt)],
      ["履行期限", reply.due ? dueWords(reply.due) : null],
    ],
    next: "生效前可以撤回。做到以后，记得来提交履行证明。",
    hrefLabel: "查看承诺",
  }),
};
