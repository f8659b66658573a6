// Something that should be in the report and is not: an objection without a record.

import { api } from "../api.js";
import { me } from "../me.js";
import { first, place } from "../served.js";
import { near, unitWords } from "../words.js";
import { addressee, doneLink, eachPlace, received, unitsOf } from "./choosing.js";

// The unit says the place.
const placeOf = ({ units, home }, values) =>
  Object.keys(units).find((place) => units[place].some((one) => one.id === values.provider)) ?? home;

export const flow = {
  id: "omission",
  title: "报告里漏了信息",
  submitLabel: "提交异议",

  async prepare() {
    const [units, advice, mine] = await Promise.all([
      eachPlace(unitsOf),
      eachPlace((place) => api.get(`/me/objections/advice/missing?jurisdiction=${place}`)),
      me(),
    ]);
    return { units, advice, home: mine?.jurisdiction ?? first };
  },

  fill: ({ home, advice }) => ({ addressee: advice[home].choices.find((one) => one.isAdvised)?.addressee }),

  steps(data, values) {
    const { units, advice, home } = data;
    return [
      {
        title: "漏了什么",
        lead: "应当有、报告里却没有的信息，比如已经履行完的义务、得过的表彰。",
        fields: [
          { name: "what", kind: "text", rows: 4, max: 2000, least_length: 2, label: "漏了的内容", required: true },
          { name: "files", kind: "evidence", label: "材料", short: "材料" },
        ],
      },
      {
        title: "哪个单位应当提供",
        fields: [
          {
            name: "provider",
            wire: "missing",
            kind: "pick",
            label: "单位",
            required: true,
            hint: "拿不准的，选最可能的；信用中心会转给该办的单位。",
            options: Object.keys(units)
              .sort((one, other) => (other === home) - (one === home))
              .flatMap((id) =>
                units[id].map((one) => ({ value: one.id, label: `${place(id)} · ${unitWords(one.name)}` })),
              ),
          },
        ],
      },
      {
        title: "交给谁处理",
        quiet: true,
        fields: [
          addressee(
            advice[placeOf(data, values)].choices.map((one) => ({
              value: one.addressee,
              label: `${one.name}${one.isAdvised ? "（建议）" : ""}`,
              text: one.path.length ? `最晚${near(one.path.at(-1).due.on)}答复` : "",
            })),
          ),
        ],
      },
    ];
  },
  promise: "不收费。没有正在披露的记录可以标注；单位认定遗漏的，会另行补充报送。",

  submit: (values, data, ids) => ({
    path: "/me/objections",
    body: {
      missing: { jurisdiction: placeOf(data, values), provider: values.provider, what: values.what.trim() },
      addressee: values.addressee,
      reasons: ["missing"],
      text: values.what.trim(),
      evidence: ids,
    },
  }),

  doneLink,
  receipt: (reply) => ({ ...received(reply) }),
};
