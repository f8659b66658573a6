// Decisions that one officer drafted and others sign before the paper goes out.

import { api } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { paper } from "../paper.js";
import { badge, button, buttons, card, empty, note, sheet, toast } from "../ui.js";
import { stampWords } from "../words.js";
import { caseLink } from "./queue.js";

const giveBack = (one, again) =>
  sheet("退回", (close) =>
    form(
      [{ name: "reason", kind: "text", rows: 3, max: 500, least_length: 2, label: "退回的原因", required: true }],
      "退回",
      async (values) => {
        await api.post(`/staff/reviews/${one.id}/return`, values);
        close(true);
        toast("已退回");
        again();
      },
    ),
  );

const read = async (one, again) => {
  const result = await api.get(`/staff/reviews/${one.id}/paper`);
  await sheet(`${one.errandTitle} ${one.number}`, (close) => [
    paper(result, true),
    one.isMine
      ? note("info", "起草的人和已经签过的人不能再签。")
      : buttons(
          button("同意，签", async () => {
            const done = await api.post(`/staff/reviews/${one.id}/sign`);
            close(true);
            toast(done.status === "issued" ? "已签发，文书已经发给当事人" : "已审核，等签发");
            again();
          }),
        ),
  ]);
};

const proposal = (one, again) =>
  card(
    `${one.actionLabel}：${one.errandTitle} ${one.number}`,
    h(
      "div.badges",
      {},
      badge("info", one.signers.length ? "等签发" : "等审核"),
      one.isMine ? badge("plain", one.isDraftMine ? "我起草的" : "我签过") : null,
    ),
    h("p", {}, [`承办${one.drafter}`, ...one.signers.map((name) => `审核${name}`), stampWords(one.at)].join(" · ")),
    buttons(
      button("看文书", () => read(one, again)),
      h("a.button.quiet", { href: caseLink(one) }, "看案件"),
      button("退回", () => giveBack(one, again), "quiet"),
    ),
  );

const returned = (one) =>
  card(
    `退回给我：${one.actionLabel}：${one.errandTitle} ${one.number}`,
    h("p", {}, `${one.by} · ${stampWords(one.at)}`),
    h("p", {}, `原因：${one.why}`),
    buttons(h("a.button.quiet", { href: caseLink(one) }, "看案件")),
  );

// On the page of a case: what waits there, in place of a second draft.
export const pendingCard = (one, again) => (one ? proposal(one, again) : null);

export async function show({ again }) {
  const { wanted, items, returned: back } = await api.get("/staff/reviews");
  return {
    title: "审核",
    body: [
      h(
        "div.desk-head",
        {},
        h("h2", {}, "审核"),
        h("p", {}, wanted === 2 ? "承办 → 审核 → 签发" : wanted ? "承办 → 审核并签发" : "本地没有要求审核"),
      ),
      back.map(returned),
      items.length ? items.map((one) => proposal(one, again)) : empty("没有等审核的", "交来的拟办意见会出现在这里。"),
    ],
  };
}
