import { api, query } from "../api.js";
import { h } from "../dom.js";
import { download } from "../paper.js";
import { badge, button, buttons, card, citation, empty, facts, pager } from "../ui.js";
import { dateWords, stampWords } from "../words.js";
import { titleOf } from "./errands.js";

const draw = (one) =>
  card(
    `${one.number} · ${one.title}`,
    h(
      "div.badges",
      {},
      badge(one.doneAt ? "warn" : "bad", one.doneAt ? "已补办" : "仍未办"),
      badge("plain", titleOf(one.errand)),
      one.isStatutory ? badge("info", "法定期限") : badge("plain", "非法定"),
    ),
    facts([
      ["责任单位", one.owedBy],
      ["起算日", dateWords(one.startedOn)],
      ["到期日", dateWords(one.dueOn)],
      ["发现时间", stampWords(one.recordedAt)],
      ["完成时间", stampWords(one.doneAt)],
      ["计算说明", one.reason],
    ]),
    citation(one.citation),
  );

const save = () => download("/staff/breaches/export?format=csv", "breaches.csv");

export async function show() {
  const more = (cursor) => api.get(`/staff/breaches${query({ cursor, limit: 50 })}`);
  const first = await more();
  return {
    title: "超期记录",
    body: [
      h("h2", {}, "超期记录"),
      first.items.length ? buttons(button("导出 CSV", save, "quiet")) : null,
      pager(first, more, draw, empty("没有超期记录", "")),
    ],
  };
}
