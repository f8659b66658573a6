// Decisions on the list in the place: what was told, what was answered, what was decided.

import { api, query as search } from "../api.js";
import { stateBadge } from "../cases.js";
import { h } from "../dom.js";
import { card, citation, empty, facts, pager } from "../ui.js";
import { dateWords, stampWords } from "../words.js";

const draw = (one) =>
  card(
    `${one.listTitle} · ${one.unit}`,
    h("div.badges", {}, stateBadge(one)),
    facts([
      ["记录", one.recordTitle],
      ["告知时间", stampWords(one.noticedAt)],
      ["答复期限", dateWords(one.answerBy.on)],
      ["反馈期限", dateWords(one.replyBy.on)],
      ["事实和理由", one.told.grounds],
      ["决定书", one.decision?.number],
      ["送达时间", stampWords(one.servedAt)],
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
    citation(one.told.citation),
  );

export async function show() {
  const more = (cursor) => api.get(`/staff/listings${search({ cursor, limit: 20 })}`);
  return {
    title: "名单决定",
    body: [h("h2", {}, "名单决定"), pager(await more(), more, draw, empty("没有名单决定", ""))],
  };
}
