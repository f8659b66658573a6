// Decisions on the list in the place: what was told, what was answered, what was decided.

import { api, query as search } from "../api.js";
import { remediesList, stateBadge } from "../cases.js";
import { h } from "../dom.js";
import { choice, form } from "../forms.js";
import { button, buttons, card, citation, empty, facts, link, pager, sheet, toast } from "../ui.js";
import { dateWords, stampWords } from "../words.js";
import { pastDay } from "./weighing.js";

const SERVE = [
  pastDay("on", "送达日期"),
  choice("way", "怎样送达", { handed: "当面交给本人", post: "邮寄", left: "留置", notice: "公告" }),
  { name: "proof", kind: "text", label: "送达回证或者邮件号", required: true, max: 100 },
  { name: "reason", kind: "text", rows: 2, max: 500, least_length: 2, label: "办理理由", required: true },
];
const CORRECT = SERVE.map((field) =>
  field.name === "reason" ? { ...field, label: "原来错在哪里（当事人看得到）" } : field,
);

const dated = (title, send, path, fields) => async (one, again) => {
  const isDone = await sheet(title, (close) =>
    form(fields, send, async (values) => {
      await api.post(`/staff/listings/${one.id}/${path}`, { ...values, version: one.version });
      close(true);
    }),
  );
  if (!isDone) return;
  toast("已登记");
  again();
};
const serve = dated("登记书面送达", "登记", "service", SERVE);
const correct = dated("更正送达日期", "更正", "service-correction", CORRECT);

const draw = (again) => (one) =>
  card(
    `${one.listTitle} · ${one.unit}`,
    h("div.badges", {}, stateBadge(one)),
    facts([
      ["编号", one.number],
      ["记录", one.recordTitle],
      ["告知时间", stampWords(one.noticedAt)],
      ["答复期限", dateWords(one.answerBy.on)],
      ["反馈期限", dateWords(one.replyBy.on)],
      ["事实和理由", one.told.grounds],
      ["决定书", one.decision?.number],
      ["送达", one.service ? `${dateWords(one.service.on)}，${one.service.wayLabel}` : null],
      ["送达凭证", one.service?.proof],
      ["结束", one.closingReason],
    ]),
    one.answers.map((said) => h("p", {}, `当事人 ${stampWords(said.at)}：${said.text}`)),
    one.conditions.length
      ? h(
          "ul.bullets",
          {},
          one.conditions.map((condition) =>
            h("li", {}, `${condition.text}（${condition.isMet ? "已满足" : "未满足"}）`),
          ),
        )
      : null,
    one.remedies.length ? remediesList(one.remedies) : null,
    one.actions.some((action) => action.action === "serve")
      ? button("登记书面送达", () => serve(one, again), "quiet")
      : null,
    one.actions.some((action) => action.action === "correct_service") && one.service?.proof
      ? button("更正送达日期", () => correct(one, again), "quiet")
      : null,
    citation(one.told.citation),
  );

// The queue leads here with the one that is due.
export async function show({ query, again }) {
  if (query.case) {
    const one = await api.get(`/staff/listings/${encodeURIComponent(query.case)}`);
    return {
      title: "名单决定",
      body: [h("h2", {}, "名单决定"), draw(again)(one), buttons(link("全部名单决定", "#/listings", "quiet"))],
    };
  }
  const more = (cursor) => api.get(`/staff/listings${search({ cursor, limit: 20 })}`);
  return {
    title: "名单决定",
    body: [h("h2", {}, "名单决定"), pager(await more(), more, draw(again), empty("没有名单决定", ""))],
  };
}
