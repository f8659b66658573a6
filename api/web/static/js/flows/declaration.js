import { api } from "../api.js";
import { h } from "../dom.js";
import { agree, choice } from "../forms.js";
import { me } from "../me.js";
import { first, served, whichPlace } from "../served.js";
import { citation } from "../ui.js";

// The passages that have to go are shown where they stand in what was written.
function marked(text, findings) {
  const letters = [...text];
  const parts = [];
  let at = 0;
  for (const one of [...findings].sort((a, b) => a.start - b.start)) {
    parts.push(letters.slice(at, one.start).join(""), h("mark", {}, letters.slice(one.start, one.end).join("")));
    at = Math.max(at, one.end);
  }
  return h("p.pre", {}, parts, letters.slice(at).join(""));
}

export const flow = {
  id: "declaration",
  title: "自主申报",
  submitLabel: "提交申报",
  warning: "申报内容会出现在您的报告里，单列一栏，标明“本人申报，未经核验”。可以随时修改或撤回。",

  async prepare(query) {
    const [forms, mine] = await Promise.all([
      Promise.all(served.map((one) => api.get(`/me/declarations/form?jurisdiction=${one}`))),
      me(),
    ]);
    return {
      forms: Object.fromEntries(forms.map((one) => [one.jurisdiction, one])),
      home: query.place ?? mine?.jurisdiction,
      found: null,
    };
  },

  fill: ({ home }) => ({ jurisdiction: home ?? first }),

  steps(data, values) {
    const form = data.forms[values.jurisdiction ?? data.home ?? first];
    return [
      {
        title: "在哪里申报",
        quiet: true,
        fields: [whichPlace],
      },
      {
        title: "申报什么",
        fields: [
          choice(
            "kind",
            "种类",
            form.kinds.map((one) => ({ value: one.code, label: one.title, text: one.hint })),
          ),
        ],
      },
      {
        title: "写下内容",
        next: "检查并继续",
        fields: [
          {
            name: "text",
            kind: "text",
            rows: 6,
            max: 2000,
            label: "内容",
            required: true,
            least_length: 2,
            hint: "不要写宗教信仰、基因、指纹、血型、疾病和病史，也不要写别人的信息。",
          },
        ],
        async check(given) {
          const found = await api.post("/me/declarations/check", {
            jurisdiction: given.jurisdiction,
            kind: given.kind,
            text: given.text,
          });
          given.warning = found.needsWrittenConsent ? found.warning : null;
          if (found.canBeSubmitted) return null;
          return h(
            "section.failure",
            { role: "alert", tabindex: "-1" },
            h("h2", {}, "有些内容不能写在这里，请删掉"),
            marked(given.text, found.refused),
            h(
              "ul.bullets",
              {},
              found.refused.map((one) => h("li", {}, one.message, citation(one.citation))),
            ),
          );
        },
      },
    ];
  },

  consents(data, values) {
    const form = data.forms[values.jurisdiction];
    return [
      values.warning
        ? agree(
            "written",
            "我已看清，书面同意提供这些信息",
            { ...values.warning, text: ["您写到了收入、存款、房产等信息，请先看清不利影响。", values.warning.text] },
            ["writtenConsent"],
            "书面同意",
          )
        : null,
      agree("truth", "我作出以上声明", form.statement, ["statementAccepted", "statementVersion"], "真实性声明"),
    ];
  },

  submit(values, data) {
    return {
      path: "/me/declarations",
      body: {
        jurisdiction: values.jurisdiction,
        kind: values.kind,
        text: values.text,
        statementVersion: data.forms[values.jurisdiction].statement.version,
        statementAccepted: values.truth === true,
        ...(values.warning
          ? { writtenConsent: { warningVersion: values.warning.version, accepted: values.written === true } }
          : {}),
      },
    };
  },
  doneLink: (reply) => `#/cases/declarations/${reply.id}`,
  receipt: (reply) => ({
    title: "申报已保存",
    pairs: [
      ["种类", reply.title],
      ["标注", reply.verification],
    ],
    next: "它会单独列在报告的“自主申报”一栏。",
    hrefLabel: "查看或修改",
  }),
};
