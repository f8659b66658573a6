import { api } from "../api.js";
import { agree, choice } from "../forms.js";
import { allRecords, loadReport } from "../me.js";
import { codeOf } from "../receipt.js";
import { addDays, dateWords, SECTIONS, today } from "../words.js";
import { until } from "./choosing.js";

const USES = [1, 2, 3, 5, 10];
const DAYS = [1, 7, 30, 90];

// Of the market information that of the sections which are given now.
const marketIn = (market, { sections = [] }) => market.filter((one) => sections.includes(one.section));

export const flow = {
  id: "grant",
  title: "授权查询",
  submitLabel: "授权并取码",
  warning: "授权码只显示一次。对方用自己的身份登录、接受用途后才能看，每次查看都会记进“谁查过我”，您可以随时收回。",
  start: () => ({ kind: "person", uses: 1, days: 7 }),

  async prepare() {
    const [consent, { report }] = await Promise.all([api.get("/me/grants/consent"), loadReport()]);
    return { consent, market: allRecords(report).filter((one) => one.isMarket) };
  },

  steps({ market }, values) {
    const chosen = marketIn(market, values);
    return [
      {
        title: "给谁看、看什么",
        fields: [
          choice("kind", "对方是", { person: "个人", unit: "单位" }, { covers: ["grantee.kind"] }),
          {
            name: "name",
            kind: "text",
            label: "对方名称",
            required: true,
            least_length: 2,
            max: 60,
            covers: ["grantee", "grantee.name"],
            hint: "个人写证件上的姓名；单位写全称，由它登记的工作人员登录后看。",
          },
          {
            name: "documentNumber",
            kind: "text",
            label: "对方身份证号码",
            required: true,
            max: 18,
            check: (number) => (/^(\d{15}|\d{17}[\dXx])$/.test(number.trim()) ? null : "请照身份证写全，一共18位。"),
            covers: ["grantee.documentNumber"],
            hint: "同名的人很多，核对号码才不会给错人。号码不保存。",
            when: (values) => values.kind === "person",
          },
          {
            name: "purpose",
            kind: "text",
            label: "用途",
            required: true,
            least_length: 2,
            max: 100,
            hint: "例如：租房签约。对方只能用在这件事上。",
          },
          {
            name: "sections",
            kind: "many",
            label: "范围",
            required: true,
            options: Object.entries(SECTIONS).map(([value, label]) => ({ value, label })),
          },
        ],
      },
      chosen.length
        ? {
            title: "市场信用信息要单独同意",
            lead: "这些不是政府部门提供的，不勾选就不会给对方看。",
            fields: [
              {
                name: "market",
                kind: "many",
                label: "市场信用信息",
                wire: "includesMarket",
                options: chosen.map((one) => ({ value: one.id, label: one.title, text: one.sourceUnit })),
              },
            ],
          }
        : null,
      {
        title: "多久、几次",
        quiet: true,
        fields: [
          until(DAYS, "expiresOn"),
          choice(
            "uses",
            "可看次数",
            USES.map((value) => ({ value, label: `${value}次` })),
          ),
        ],
      },
    ];
  },

  consents: ({ consent }) => [agree("agreed", "我书面同意", consent, ["consentVersion"], "书面同意")],

  submit: (values, data) => ({
    path: "/me/grants",
    body: {
      grantee: {
        kind: values.kind,
        name: values.name.trim(),
        ...(values.kind === "person" ? { documentNumber: values.documentNumber.trim() } : {}),
      },
      purpose: values.purpose.trim(),
      sections: values.sections,
      expiresOn: addDays(today(), values.days),
      consentVersion: data.consent.version,
      uses: values.uses,
      includesMarket: marketIn(data.market, values)
        .map((one) => one.id)
        .filter((id) => values.market?.includes(id)),
    },
  }),
  doneLink: (reply) => `#/grants/${reply.grant.id}`,
  receipt: (reply) => ({
    title: "授权已生效",
    extra: codeOf(reply),
    pairs: [
      ["给", reply.grant.granteeName],
      ["用途", reply.grant.purpose],
      ["有效到", dateWords(reply.grant.expires.on)],
      ["可看", `${reply.grant.usesAllowed} 次`],
    ],
    hrefLabel: "查看或收回",
  }),
};
