import { api } from "../api.js";
import { answerListing, electronicConsent, ownCards } from "../case/cards.js";
import { headCard, walkOf } from "../case/head.js";
import {
  actionButtons,
  clockCard,
  copiesCard,
  evidenceCard,
  findingCard,
  historyCard,
  remediesCard,
} from "../cases.js";
import { phoneRow } from "../centres.js";
import { h } from "../dom.js";
import { errandOf, learnErrands } from "../errands.js";
import { addEvidence, sendFiles } from "../evidence.js";
import { letterLink } from "../flows/letter.js";
import { agree, form } from "../forms.js";
import { helping } from "../helping.js";
import { download, paper } from "../paper.js";
import { allowRow } from "../receipt.js";
import { again } from "../router.js";
import { button, card, cell, citation, fold, folds, link, section, sheet, toast } from "../ui.js";
import { QUESTION, soft, unanswered } from "../underway.js";
import { dateWords, stampWords } from "../words.js";

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
      headCard(kind, one, actions?.childElementCount ? actions : null, unanswered(said).length ? QUESTION : one.ask),
      messagesCard(said),
      allowRow(one),
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
      phoneRow(one.number ? `报编号 ${one.number}` : undefined, one.jurisdiction),
    ],
  };
}

// What the centre asked and what was answered; who was reminded, and how the paper went out.
function messagesCard(said) {
  if (!said.length) return null;
  const open = unanswered(said);
  const line = (one) =>
    h(
      "div.message",
      {},
      h("p", {}, h("strong", {}, MESSAGE[one.kind](one)), one.text ? `：${one.text}` : ""),
      h("small", {}, stampWords(one.at)),
      open.includes(one)
        ? h(
            "div.buttons",
            {},
            button("回答", () => answerQuestion(one)),
          )
        : null,
    );
  return card("信用中心和您说的", said.map(line));
}

const MESSAGE = {
  question: () => "信用中心问您",
  answer: () => "您的回答",
  reminder: (one) => `已经催${one.addressee ?? "单位"}`,
  served: (one) => `书面结果${dateWords(one.on)}${one.wayLabel}`,
};

async function answerQuestion(one) {
  const done = await sheet("回答信用中心", (close) => [
    h("p", {}, one.text),
    form(
      [{ name: "text", kind: "text", rows: 4, max: 1000, least_length: 2, label: "您的回答", required: true }],
      "提交回答",
      async ({ text }) => {
        await api.post(`/me/messages/${one.id}/answer`, { text: text.trim() });
        close(true);
      },
    ),
  ]);
  if (done) {
    toast("已经告诉信用中心");
    again();
  }
}

// Forms of steps that need more than a reason.
async function undo(one) {
  const text = await api.get("/me/withdrawals/consent");
  const done = await sheet("恢复公示", (close) => [
    form([agree("agreed", "我看过并同意恢复公示", { text: text.text }, ["consentVersion"])], "恢复公示", async () => {
      await api.post(`/me/withdrawals/${one.id}/undo`, { consentVersion: text.version });
      close(true);
    }),
    citation(text.citation),
  ]);
  if (done) {
    toast("已恢复公示");
    again();
  }
}

async function edit(one) {
  const { statement } = await api.get(`/me/declarations/form?jurisdiction=${one.jurisdiction}`);
  const done = await sheet("修改申报内容", (close) => [
    form(
      [
        { name: "text", kind: "text", label: "内容", rows: 5, max: 2000, required: true, value: one.text },
        agree("agreed", "我声明以上内容真实", { text: statement.text }, ["statementVersion", "statementAccepted"]),
      ],
      "保存修改",
      async (values) => {
        const found = await api.post("/me/declarations/check", {
          jurisdiction: one.jurisdiction,
          kind: one.kind,
          text: values.text,
        });
        const written = found.needsWrittenConsent && found.canBeSubmitted ? await warn(found.warning) : undefined;
        if (found.needsWrittenConsent && found.canBeSubmitted && !written) return;
        await api.post(`/me/declarations/${one.id}/edit`, {
          text: values.text,
          statementVersion: statement.version,
          statementAccepted: true,
          ...(written ? { writtenConsent: written } : {}),
        });
        close(true);
      },
    ),
  ]);
  if (done) {
    toast("已修改");
    again();
  }
}

const warn = (warning) =>
  sheet("请先看清不利影响", (close) => [
    form([agree("agreed", "我已看清，书面同意", { text: warning.text })], "同意并继续", async () =>
      close({ warningVersion: warning.version, accepted: true }),
    ),
    citation(warning.citation),
  ]);

async function reportStillWrong(one, system) {
  const done = await sheet("还是错的", (close) => [
    h("p", {}, `“${system}”说已经照改。您看到的还是错的，我们要求它重新处理，并重新计算期限。`),
    form(
      [
        { name: "text", kind: "text", rows: 3, max: 2000, label: "看到了什么" },
        { name: "files", kind: "evidence", label: "截图或照片", most: 9 },
      ],
      "要求重新处理",
      async ({ text, files }) => {
        await api.post(`/me/objections/${one.id}/report-still-wrong`, {
          system,
          ...(text?.trim() ? { text: text.trim() } : {}),
          evidence: await sendFiles(files ?? []),
        });
        close(true);
      },
    ),
  ]);
  if (done) {
    toast("已要求重新处理");
    again();
  }
}
