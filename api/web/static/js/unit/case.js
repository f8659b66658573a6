// One thing that the unit owes: what was said, by when, the files, and the steps that are open to the unit now.

import { api } from "../api.js";
import {
  barCard,
  clockCard,
  copiesCard,
  extensionCard,
  findingCard,
  historyCard,
  remediesCard,
  stateBadge,
} from "../cases.js";
import { pathCard } from "../desk/ahead.js";
import { amended, amendments } from "../desk/amend.js";
import {
  agreedField,
  approvalFields,
  barFields,
  linesOf,
  materialCard,
  materialField,
  outcomesOf,
  pastDay,
  pauseFields,
  withOrder,
} from "../desk/weighing.js";
import { h } from "../dom.js";
import { learnErrands } from "../errands.js";
import { choice, form } from "../forms.js";
import { download } from "../paper.js";
import { button, buttons, card, facts, link, sheet, toast } from "../ui.js";
import { dateWords, stampWords } from "../words.js";
import { title } from "./parts.js";

const reasons = { name: "reasons", kind: "text", rows: 4, max: 2000, label: "写给当事人的理由", required: true };

const founded = {
  path: "reply",
  fields: (one) => [reasons, choice("outcome", "怎么改", outcomesOf(one)), ...amendments(one.cells ?? [])],
  body: ({ reasons: text, outcome, ...rest }, one) => ({
    founded: true,
    reasons: text,
    correction: { outcome, ...amended(one.cells ?? [], rest) },
  }),
};
const unfounded = {
  path: "reply",
  fields: [reasons],
  body: ({ reasons: text }) => ({ founded: false, reasons: text }),
};

const VERIFICATION = {
  receipt: { fields: [pastDay("receivedOn", "收到的日期，空着就是今天", { required: false })] },
  "reply-founded": founded,
  uphold: founded,
  "reply-unfounded": unfounded,
  reject: unfounded,
  pause: {
    fields: pauseFields,
    ready: (one, values) => withOrder(`/provider/verifications/${one.id}`, one, values),
  },
  resume: { fields: [] },
};
const written = { fields: [reasons], versioned: true };
const REPAIR = {
  accept: { fields: [], versioned: true },
  "confirm-removal": { fields: [], versioned: true },
  "give-time": { fields: [], versioned: true },
  lapse: { fields: [], versioned: true },
  decline: written,
  refuse: written,
  extend: written,
  "drop-bar": written,
  bar: written,
  approve: { fields: (one) => approvalFields(one, [], reasons), versioned: true },
  "ask-for-material": {
    fields: [materialField],
    body: ({ items }) => ({ items: linesOf(items) }),
    versioned: true,
  },
  "lift-measure": {
    fields: (one) => [
      choice(
        "code",
        "哪项措施",
        Object.fromEntries(
          (one.measures ?? []).filter((measure) => !measure.liftedAt).map((measure) => [measure.code, measure.title]),
        ),
      ),
    ],
    versioned: true,
  },
  "propose-bar": {
    fields: () => barFields("本单位"),
    body: (bar) => ({ bar }),
    versioned: true,
  },
};
const finding = (outcome) => ({
  path: "finding",
  fields: [
    {
      name: "reason",
      kind: "text",
      rows: 3,
      max: 1000,
      least_length: 2,
      label: "理由（当事人会看到）",
      required: true,
    },
  ],
  body: ({ reason }) => ({ outcome, reason }),
  versioned: true,
});
const PLEDGE = { "find-kept": finding("kept"), "find-partly": finding("partly"), "find-broken": finding("broken") };
const said = (label, name = "reason") => ({ name, kind: "text", rows: 4, max: 2000, label, required: true });
const LISTING = {
  reply: { fields: [said("核实的情况", "text")], versioned: true },
  drop: {
    path: "decision",
    fields: [said("不列入的理由")],
    body: ({ reason }) => ({ isListed: false, reason }),
    versioned: true,
  },
  list: {
    path: "decision",
    fields: [
      said("列入的理由"),
      { name: "documentNumber", kind: "text", label: "决定书文号", required: true, max: 200 },
      pastDay("decidedOn", "决定日期"),
      said("依据的规定", "basis"),
      { ...said("移出条件", "removalConditions"), hint: "一行一项。" },
      said("移出程序", "removalProcedure"),
      said("救济途径", "remedies"),
    ],
    body: ({ removalConditions, ...rest }) => ({
      isListed: true,
      ...rest,
      removalConditions: linesOf(removalConditions),
    }),
    versioned: true,
  },
};

LISTING.serve = {
  path: "service",
  fields: [
    pastDay("on", "送达日期"),
    choice("way", "怎样送达", { handed: "当面交给本人", post: "邮寄", left: "留置", notice: "公告" }),
    { name: "proof", kind: "text", label: "送达回证或者邮件号", required: true, max: 100 },
  ],
  versioned: true,
};

const LETTER = {
  "answer-letter": {
    fields: (one) => [{ ...reasons, name: "text", label: "答复内容" }, ...(one.isDecided ? [agreedField] : [])],
    body: ({ text, agreed }) => ({ text, ...(agreed ? { agreed: agreed === "yes" } : {}) }),
    versioned: true,
  },
};

export const ERRANDS = {
  letters: { title: "书面请求", steps: LETTER },
  verifications: { title: "异议核查", steps: VERIFICATION },
  repairs: { title: "信用修复", steps: REPAIR },
  pledges: { title: "承诺认定", steps: PLEDGE },
  listings: { title: "名单告知", steps: LISTING },
};

const given = (values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ""));

async function act(errand, one, action, again) {
  const step = ERRANDS[errand].steps[action.action];
  const isDone = await sheet(action.label, (close) =>
    form(typeof step.fields === "function" ? step.fields(one) : step.fields, action.label, async (values) => {
      const ready = (await step.ready?.(one, values)) ?? values;
      const body = step.body ? step.body(given(ready), one) : given(ready);
      if (step.versioned) body.version = one.version;
      await api.post(`/provider/${errand}/${one.id}/${step.path ?? action.action}`, body);
      close(true);
    }),
  );
  if (!isDone) return;
  toast("已办理");
  again();
}

const files = (errand, one) =>
  [
    ...(one.evidence ?? []),
    ...[...(one.performances ?? []), ...(one.answers ?? [])]
      .flatMap((entry) => entry.evidence)
      .map((id, place) => ({ id, filename: `附件 ${place + 1}` })),
  ].map((file) =>
    h(
      "li",
      {},
      button(
        `下载 ${file.filename}`,
        () => download(`/provider/${errand}/${one.id}/evidence/${file.id}`, file.filename),
        "quiet.small",
      ),
    ),
  );

export async function draw(errand, id) {
  const [one] = await Promise.all([api.get(`/provider/${errand}/${encodeURIComponent(id)}`), learnErrands()]);
  const { title: name, steps } = ERRANDS[errand];
  const open = (one.actions ?? []).filter((action) => steps[action.action]);
  const again = () => {
    location.hash = "#/owed";
    location.hash = `#/owed/${errand}/${id}`;
  };
  const attached = files(errand, one);
  return [
    title(`${name} ${one.number}`, stateBadge(one)),
    h(
      "div.unit-pair",
      {},
      h(
        "div",
        {},
        card(
          "说了什么",
          facts([
            ["关于", one.recordTitle ?? one.title ?? one.listTitle],
            ["提出时间", one.filedAt || one.signedAt ? stampWords(one.filedAt ?? one.signedAt) : null],
            ["理由", one.reasons?.map((reason) => reason.title).join("、")],
            ["当事人陈述", one.text && !one.content ? one.text : null],
            ["遗漏的内容", one.missing],
            ["信件", one.body],
            ["答复", one.answer?.text],
            ["希望改成", one.desired],
            ["履行情况", one.performance],
            ["义务履行日", one.dutyPerformedOn ? dateWords(one.dutyPerformedOn) : null],
            ["承诺内容", one.content],
            ["告知的事实和理由", one.told?.grounds],
          ]),
          (one.performances ?? []).map((entry) => h("p", {}, `${stampWords(entry.at)}：${entry.note}`)),
          (one.answers ?? []).map((entry) => h("p", {}, `当事人 ${stampWords(entry.at)}：${entry.text}`)),
          one.recordId ? h("p", {}, h("a", { href: `#/records/${one.recordId}` }, "打开这条记录")) : null,
        ),
        attached.length ? card("材料", h("ul.bullets", {}, attached)) : null,
        findingCard(one.isFounded === undefined ? one.reply?.reasons && one.reply : null, "本单位的回复"),
        errand === "verifications" ? findingCard(one.finding) : null,
        extensionCard(one.extension),
        barCard(errand === "repairs" ? one.bar : null),
        materialCard(one.material),
        historyCard(one.history),
      ),
      h(
        "div",
        {},
        card(
          "现在可以办的",
          open.length
            ? buttons(
                // The usual one is the first of the table of steps.
                ...open.map((action, index) =>
                  button(
                    action.label,
                    () => act(errand, one, action, again),
                    index || one.finding || one.decision ? "quiet" : "",
                  ),
                ),
              )
            : h("p", {}, "本单位现在没有要办的步骤。"),
          link("返回", "#/owed", "quiet"),
        ),
        (one.clocks ?? []).length ? card("期限", one.clocks.map(clockCard)) : null,
        pathCard(one),
        remediesCard(one.remedies),
        copiesCard(one.followThrough),
      ),
    ),
  ];
}
