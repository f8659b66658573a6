// Pledges of the place that wait for a finding.

import { api, query as search } from "../api.js";
import { h } from "../dom.js";
import { badge, card, citation, empty, facts, link, pager } from "../ui.js";
import { dateWords, stampWords } from "../words.js";
import { statusWords } from "./errands.js";

// What the list can be asked for, what waits for a finding first.
const STATES = ["performed", "effective", "kept", "partly", "broken"];
const words = (status) => statusWords("pledges", status);

export async function show({ query }) {
  const status = STATES.includes(query.status) ? query.status : "performed";
  const more = (cursor) => api.get(`/staff/pledges${search({ status, cursor, limit: 20 })}`);
  const draw = (one) =>
    card(
      one.title,
      h("div.badges", {}, badge("info", one.statusLabel)),
      facts([
        ["承诺人", one.party ? `${one.party.name} ${one.party.documentNumber}` : "还没有生效"],
        ["编号", one.number],
        ["内容", one.content],
        ["作出对象", one.recipientUnit],
        ["签署", stampWords(one.signedAt)],
        ["履行期限", one.due ? dateWords(one.due.on) : null],
      ]),
      one.performances.map((said) =>
        h("p", {}, `${stampWords(said.at)}：${said.note}（${said.evidence.length} 个文件）`),
      ),
      one.finding ? h("p", {}, `${one.finding.unit}：${one.finding.reason}`) : null,
      one.bar ? citation(one.bar.citation) : null,
      link(`打开 ${one.number}`, `#/case/pledges/${one.id}`, "quiet"),
    );
  const first = await more();
  return {
    title: "承诺认定",
    body: [
      h("h2", {}, "承诺认定"),
      h(
        "div.desk-filters",
        {},
        h(
          "label",
          {},
          "状态",
          h(
            "select",
            {
              onchange: (event) => {
                location.hash = `#/pledges?status=${event.target.value}`;
              },
            },
            STATES.map((value) => h("option", { value, selected: value === status }, words(value))),
          ),
        ),
      ),
      pager(first, more, draw, empty("没有这样的承诺", "换一个状态看看。")),
    ],
  };
}
