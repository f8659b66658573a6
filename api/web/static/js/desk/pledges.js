// Pledges of the place that wait for a finding.

import { api, query as search } from "../api.js";
import { h } from "../dom.js";
import { statusWords } from "../errands.js";
import { form } from "../forms.js";
import { badge, button, card, citation, empty, facts, pager, sheet, toast } from "../ui.js";
import { dateWords, stampWords } from "../words.js";

// What the list can be asked for, what waits for a finding first.
const STATES = ["performed", "effective", "kept", "partly", "broken"];
const OUTCOMES = ["kept", "partly", "broken"];
const words = (status) => statusWords("pledges", status);

const find = (one, again) => async () => {
  const done = await sheet("认定", (close) =>
    form(
      [
        {
          name: "outcome",
          kind: "choice",
          label: "结果",
          required: true,
          options: OUTCOMES.map((value) => ({ value, label: words(value) })),
        },
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
      "认定",
      async (values) => {
        await api.post(`/staff/pledges/${one.id}/finding`, { ...values, version: one.version });
        close(true);
      },
    ),
  );
  if (done) {
    toast("已认定");
    again();
  }
};

export async function show({ query, again }) {
  const status = STATES.includes(query.status) ? query.status : "performed";
  const more = (cursor) => api.get(`/staff/pledges${search({ status, cursor, limit: 20 })}`);
  const draw = (one) =>
    card(
      one.title,
      h("div.badges", {}, badge("info", one.statusLabel)),
      facts([
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
      one.actions.some((action) => action.action.startsWith("find-")) ? button("认定履行情况", find(one, again)) : null,
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
      pager(first, more, draw, empty("没有", "")),
    ],
  };
}
