import { h } from "../dom.js";
import { api } from "../api.js";
import { actionButtons, clockCard, copiesCard, dueWords, evidenceCard, findingCard, headCard, historyCard, KINDS, pathCard, remediesCard } from "../cases.js";
import { form } from "../forms.js";
import { addEvidence } from "../evidence.js";
import { again } from "../router.js";
import { button, card, citation, facts, link, sheet, toast, unfold } from "../ui.js";
import { stampWords } from "../words.js";

const OUTCOMES = { kept: "已履行", partly: "部分履行", broken: "未履行" };
const SPECIAL = {
  objections: (one) => ({ "add-evidence": () => button("补充材料", () => addEvidence(`/me/objections/${one.id}/evidence`, again), "quiet") }),
  repairs: (one) => ({ "add-evidence": () => button("补充材料", () => addEvidence(`/me/repairs/${one.id}/evidence`, again), "quiet") }),
  withdrawals: (one) => ({ undo: (action) => button(action.label, () => undo(one), "quiet") }),
  declarations: (one) => ({ edit: (action) => button(action.label, () => edit(one), "quiet") }),
  pledges: (one) => ({ perform: (action) => link(action.label, `#/do/performance?record=${one.id}`, "quiet"), performance: (action) => link(action.label, `#/do/performance?record=${one.id}`, "quiet") }),
};

async function undo(one) {
  const text = await api.get("/me/withdrawals/consent");
  const done = await sheet("恢复公示", (close) => [
    form([{ name: "agreed", kind: "tick", text: text.text, label: "我看过并同意恢复公示", required: true }], "恢复公示", async () => {
      await api.post(`/me/withdrawals/${one.id}/undo`, { consentVersion: text.version });
      close(true);
    }), citation(text.citation)]);
  if (done) { toast("已恢复公示"); again(); }
}

async function edit(one) {
  const { statement } = await api.get(`/me/declarations/form?jurisdiction=${one.jurisdiction}`);
  const done = await sheet("修改申报内容", (close) => [
    form([
      { name: "text", kind: "text", label: "内容", rows: 5, max: 2000, required: true, value: one.text },
      { name: "agreed", kind: "tick", text: statement.text, label: "我声明以上内容真实", required: true },
    ], "保存修改", async (values) => {
      const found = await api.post("/me/declarations/check", { jurisdiction: one.jurisdiction, kind: one.kind, text: values.text });
      const written = found.needsWrittenConsent && found.canBeSubmitted ? await warn(found.warning) : undefined;
      if (found.needsWrittenConsent && found.canBeSubmitted && !written) return;
      await api.post(`/me/declarations/${one.id}/edit`, { text: values.text, statementVersion: statement.version, statementAccepted: true, ...(written ? { writtenConsent: written } : {}) });
      close(true);
    })]);
  if (done) { toast("已修改"); again(); }
}

export const warn = (warning) => sheet("请先看清不利影响", (close) => [
  form([{ name: "agreed", kind: "tick", text: warning.text, label: "我已看清，书面同意", required: true }], "同意并继续", async () => close({ warningVersion: warning.version, accepted: true })), citation(warning.citation)]);

export async function show({ params }) {
  const { kind, id } = params;
  if (!KINDS[kind]) return { go: "#/affairs" };
  const one = await api.get(`/me/${kind}/${encodeURIComponent(id)}`);
  const running = (one.clocks ?? []).filter((clock) => !clock.doneAt);
  const finished = (one.clocks ?? []).filter((clock) => clock.doneAt);
  return {
    title: `${KINDS[kind].title}进度`,
    body: [
      headCard(kind, one),
      running.length ? card("正在走的期限", running.map(clockCard)) : null,
      findingCard(one.finding), findingCard(one.reply, "提供单位的回复"), extra[kind]?.(one),
      actionButtons(kind, one, again, SPECIAL[kind]?.(one)),
      one.finding || one.decidedAt ? null : pathCard(one.path), remediesCard(one.remedies), copiesCard(one.followThrough),
      one.text ? unfold("我写的内容", h("p", {}, one.text), one.desired ? h("p", {}, `希望改成：${one.desired}`) : null) : null,
      evidenceCard(one.evidence), historyCard(one.history),
      finished.length ? unfold("已走完的期限", finished.map(clockCard)) : null,
      one.recordId ? link("看这条记录", `#/records/${one.recordId}`, "quiet") : null,
    ],
  };
}

const extra = {
  pledges: (one) => [card("承诺内容", h("p", {}, one.content), facts([["作出对象", one.recipientUnit], ["签署时间", stampWords(one.signedAt)], ["生效时间", stampWords(one.effectiveAt)], ["履行期限", one.due ? dueWords(one.due) : null]]), unfold("承诺书全文", h("p", {}, one.text), h("p", {}, one.consequence))),
    one.performances.length ? card("履行证明", one.performances.map((said) => h("p", {}, `${stampWords(said.at)}：${said.note}（${said.evidence.length} 个文件）`))) : null,
    one.finding ? card("认定结果", h("p", {}, h("strong", {}, OUTCOMES[one.finding.outcome] ?? one.finding.outcome), `：${one.finding.reason}`), h("p.small-text", {}, `${one.finding.unit} · ${stampWords(one.finding.at)}`)) : null,
    one.bar ? card("不能申请修复的期限", h("p", {}, "到 ", dueWords(one.bar), "。", one.bar.reason), citation(one.bar.citation)) : null],
  withdrawals: (one) => [card("回执", h("p", {}, one.note), one.receipt ? h("p.pre", {}, one.receipt) : null, one.digest ? h("p.small-text", {}, "摘要（SM3）：", h("code", {}, one.digest)) : null)],
  declarations: (one) => card("申报内容", h("p", {}, one.text), h("p.small-text", {}, one.verification), one.wordings.length > 1 ? unfold(`改过 ${one.wordings.length - 1} 次`, one.wordings.map((said) => h("p", {}, `${stampWords(said.at)}：${said.text}`))) : null),
};
