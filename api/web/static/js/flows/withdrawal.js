import { api } from "../api.js";
import { h } from "../dom.js";
import { nameOf } from "../records.js";
import { button, buttons, card, citation, confirm, link, note, proof } from "../ui.js";
import { stampWords } from "../words.js";
import { recordFor } from "./choosing.js";

const words = {
  which: "哪一条不想再公开？",
  none: "没有可以撤销公示的信息",
  noneText: "表彰奖励、志愿服务、慈善捐赠等信息才可以撤销公示。",
  isFinal: true,
};
const lines = (list, kept) =>
  h(
    "ul.bullets",
    {},
    list.map((one) =>
      h(
        "li",
        {},
        kept && !kept.has(one.recordId)
          ? h("span.gone", {}, one.title, h("span.sr", {}, "（撤销后看不到）"))
          : one.title,
      ),
    ),
  );

async function courtesy(record) {
  if (!(await confirm("转达您的意愿？", ["这不是条例规定的权利，我们把您的意愿转给提供单位，由它决定。"], "转达")))
    return;
  const reply = await api.post("/me/withdrawals", { recordIds: [record.id], asCourtesy: true });
  location.hash = `#/cases/withdrawals/${reply.withdrawals[0].id}`;
}

export const flow = {
  id: "withdrawal",
  title: "撤销公示",
  submitLabel: "立即撤销公示",
  warning: "提交后立刻生效，不需要审批，也不问理由。以后想恢复，要重新书面同意。",

  async prepare(query) {
    const found = await recordFor(
      query,
      (one) => one.standing === "standing" && one.actions.some((action) => action.flow === "withdrawal"),
      "withdrawal",
      words,
    );
    if (found.instead) return found;
    const preview = await api.get(`/me/withdrawals/preview?recordId=${encodeURIComponent(found.record.id)}`);
    const { obstacle } = preview;
    if (obstacle) {
      return {
        instead: [
          card(
            obstacle.title,
            h("p", {}, obstacle.detail),
            citation(obstacle.citation),
            h("p.next-step", {}, "可以怎么办：", obstacle.instead),
          ),
          buttons(
            obstacle.canAskAsCourtesy ? button("请提供单位不再公开（服务性转达）", () => courtesy(found.record)) : null,
            link("提出异议", `#/do/objection?record=${found.record.id}`, "quiet"),
          ),
        ],
      };
    }
    return { ...found, preview };
  },

  steps: () => [],
  reviewTitle: "撤销这条的公示",

  before({ record, preview }) {
    const kept = new Set(preview.after.map((one) => one.recordId));
    return card(
      nameOf(record),
      h("p", {}, "撤销前后，别人能看到的："),
      h(
        "div.before-after",
        {},
        h("div", {}, h("h3", {}, "现在"), lines(preview.before)),
        h("div", {}, h("h3", {}, "撤销后"), lines(preview.before, kept)),
      ),
      note("good", preview.effects.join("、"), "。"),
      citation(preview.citation),
    );
  },

  consents: () => [{ name: "sure", kind: "tick", label: "我要撤销这条信息的公示", required: true, short: "确认" }],

  submit: (_, data) => ({ path: "/me/withdrawals", body: { recordIds: [data.record.id] } }),
  doneLink: (reply) => `#/cases/withdrawals/${reply.withdrawals[0].id}`,
  receipt: (reply) => ({
    title: "已撤销公示",
    number: reply.number,
    pairs: [["生效时间", stampWords(reply.at)]],
    next: reply.note,
    more: reply.digest ? proof(reply.digest) : null,
    hrefLabel: "看回执",
  }),
};
