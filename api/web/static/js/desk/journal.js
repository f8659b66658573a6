// What stands beside a case and moves nothing: notes, questions and answers, reminders, how the paper was served.

import { api } from "../api.js";
import { h } from "../dom.js";
import { choice, form } from "../forms.js";
import { badge, button, buttons, card, note, sheet, toast } from "../ui.js";
import { dateWords, stampWords } from "../words.js";
import { paperOf } from "./errands.js";
import { pastDay } from "./weighing.js";

const TONES = { note: "warn", question: "info", answer: "good", reminder: "plain", served: "plain" };
const words = (label, more = {}) => ({
  name: "text",
  kind: "text",
  rows: 3,
  max: 1000,
  least_length: 2,
  label,
  required: true,
  ...more,
});
const REACHED = { here: "在系统里催", phone: "已经打电话催", letter: "已经发函催", visit: "已经当面催" };
const WAYS = { hand: "当面交付", post: "邮寄", electronic: "电子送达", left: "留置", announced: "公告" };

const DEEDS = {
  notes: {
    label: "写内部备注",
    send: "记下",
    fields: [words("备注（只有本地工作人员看得到，不给当事人，也不进导出）")],
  },
  questions: {
    label: "问当事人",
    send: "发给当事人",
    about: "当事人马上收到通知，在手机上回答一次。办理期限不因此停。",
    fields: [words("问题（当事人看得到）", { hint: "一次问清一件事，写明为什么要问。" })],
  },
  reminders: {
    label: "催办单位",
    send: "发给单位",
    about:
      "单位有账号的，在自己的页面上看得到；没有的，先打电话、发函或者当面催，再来登记。当事人会知道是怎么催的。一天一次。",
    fields: [choice("way", "怎么催", REACHED), words("对单位说的话", { required: false })],
  },
  service: {
    label: "登记文书送达",
    send: "登记",
    fields: [
      choice("way", "怎样送达", WAYS),
      pastDay("on", "送达的日子"),
      words("备注", { required: false, hint: "例如挂号信号码、谁签收。" }),
    ],
  },
};

const line = (one) =>
  h(
    "li",
    {},
    badge(TONES[one.kind], one.kindLabel),
    " ",
    one.kind === "reminder"
      ? [one.wayLabel, one.addressee].filter(Boolean).join("催")
      : one.kind === "served"
        ? `${dateWords(one.on)} ${one.wayLabel}`
        : "",
    one.text ? h("p.pre", {}, one.text) : null,
    h("small", {}, [one.who ?? one.unit, stampWords(one.at)].join(" · ")),
  );

export function journalCard(errand, one, entries, again) {
  const path = `/staff/cases/${errand}/${one.id}`;
  const write = async (deed) => {
    const { label, about, fields, send } = DEEDS[deed];
    const done = await sheet(label, (close) => [
      about ? note("info", about) : null,
      form(fields, send, async (values) => {
        const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
        await api.post(`${path}/${deed}`, Object.fromEntries(given));
        close(true);
      }),
    ]);
    if (done) {
      toast("已记入案卷");
      again();
    }
  };
  const isDecided = paperOf(errand) && (one.finding || one.decision);
  const deeds = [
    "notes",
    ...(one.isOpen === false ? [] : ["questions", "reminders"]),
    ...(isDecided ? ["service"] : []),
  ];
  return card(
    "往来和备注",
    entries.length ? h("ul.journal", {}, entries.map(line)) : h("p.small-text", {}, "还没有。"),
    buttons(...deeds.map((deed) => button(DEEDS[deed].label, () => write(deed), "quiet.small"))),
  );
}
