import { api } from "../api.js";
import { ownCards } from "../case/cards.js";
import { edit, reportStillWrong, undo } from "../case/forms.js";
import { answerListing, electronicConsent } from "../case/listing.js";
import { messagesCard } from "../case/messages.js";
import {
  actionButtons,
  clockCard,
  copiesCard,
  evidenceCard,
  findingCard,
  headCard,
  historyCard,
  remediesCard,
  walkOf,
} from "../cases.js";
import { phoneRow } from "../centres.js";
import { h } from "../dom.js";
import { errandOf, learnErrands } from "../errands.js";
import { addEvidence } from "../evidence.js";
import { letterLink } from "../flows/letter.js";
import { helping } from "../helping.js";
import { download, paper } from "../paper.js";
import { again } from "../router.js";
import { button, cell, fold, folds, link, section } from "../ui.js";
import { soft } from "../underway.js";

// Actions that are more than a reason and a button.
const SPECIAL = {
  objections: () => ({ "report-still-wrong": () => null }),
  withdrawals: (one) => ({ undo: (action) => button(action.label, () => undo(one), "quiet") }),
  listings: (one) => ({
    open: () => null,
    look: () => null,
    answer: (action) => button(action.label, () => answerListing(one)),
  }),
  declarations: (one) => ({ edit: (action) => button(action.label, () => edit(one), "quiet") }),
  pledges: (one) => {
    const prove = (action) => link(action.label, `#/do/performance?record=${one.id}`, "quiet");
    return { perform: prove, performance: prove };
  },
};
const special = (kind, one) => ({
  "add-evidence": () => button("补充材料", () => addEvidence(`/me/${kind}/${one.id}/evidence`, again), "quiet"),
  ...SPECIAL[kind]?.(one),
});

// From a step that is late to the competent department, with what the product knows of the breach.
function complaint(kind, one) {
  const late = kind === "letters" ? null : one.clocks?.find((clock) => !clock.doneAt && clock.isLate);
  return late ? link("超期了，投诉", letterLink("complaint", one.id, { clock: late.clock }), "quiet") : null;
}

export async function written({ params }) {
  await learnErrands();
  const what = errandOf(params.kind)?.paper;
  if (!what) return { go: "#/affairs" };
  const path = `/me/${params.kind}/${encodeURIComponent(params.id)}/${what}`;
  return {
    title: "书面结果",
    body: [paper(await api.get(path)), button("下载 PDF", () => download(`${path}.pdf`, "书面结果.pdf"), "quiet")],
  };
}

export async function show({ params }) {
  const { kind, id } = params;
  await learnErrands();
  const errand = errandOf(kind);
  if (!errand) return { go: "#/affairs" };
  const [one, said] = await Promise.all([
    api.get(`/me/${kind}/${encodeURIComponent(id)}`),
    helping.now ? [] : soft(async () => (await api.get(`/me/messages?case=${encodeURIComponent(id)}`)).items, []),
  ]);
  if (kind === "listings" && one.status === "listed") one.consent = await electronicConsent();
  const actions = actionButtons(kind, one, again, special(kind, one));
  const last = actions?.lastElementChild;
  const danger = last?.classList.contains("danger") ? last : null;
  danger?.remove();
  return {
    title: `${errand.title}进度`,
    body: [
      headCard(kind, one, actions?.childElementCount ? actions : null),
      messagesCard(said),
      kind === "objections" ? [findingCard(one.finding), findingCard(one.reply, "提供单位的回复")] : null,
      ownCards[kind]?.(one),
      section("走到哪了", null, h("div.card", {}, walkOf(kind, one))),
      remediesCard(one.remedies),
      copiesCard(
        one.followThrough,
        one.actions?.some((action) => action.action === "report-still-wrong")
          ? (copy) => button("还是错的", () => reportStillWrong(one, copy.system), "quiet.small")
          : null,
        kind === "withdrawals" ? "已共享出去的也要停止披露" : undefined,
      ),
      evidenceCard(one.evidence),
      folds(
        one.recordId ? cell({ label: "看这条记录", picture: "report", href: `#/records/${one.recordId}` }) : null,
        one.clocks?.length ? fold("期限怎么算的", "book", one.clocks.map(clockCard)) : null,
        one.missing ? fold("漏了的内容", "pen", h("p", {}, one.missing)) : null,
        kind !== "pledges" && kind !== "declarations" && one.text && one.text !== one.missing
          ? fold("我写的内容", "pen", h("p", {}, one.text), one.desired ? h("p", {}, `希望改成：${one.desired}`) : null)
          : null,
        one.history?.length ? fold("办理经过", "clock", historyCard(one.history)) : null,
      ),
      complaint(kind, one),
      danger ? h("div.buttons", {}, danger) : null,
      phoneRow(one.number ? `报编号 ${one.number}` : undefined),
    ],
  };
}
