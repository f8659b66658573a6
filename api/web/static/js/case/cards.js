import { barCard, dueWords, extensionCard, stateBadge } from "../cases.js";
import { h } from "../dom.js";
import { download } from "../paper.js";
import { badge, button, card, citation, copyButton, facts, link, note, unfold } from "../ui.js";
import { dateWords, stampWords } from "../words.js";
import { listingCards } from "./listing.js";

// What each errand shows of its case besides what all have.
export const ownCards = {
  listings: listingCards,
  objections: (one) => [
    one.stillWrong?.length
      ? card(
          "您报告过的",
          h(
            "ul.bullets",
            {},
            one.stillWrong.map((said) =>
              h("li", {}, `${stampWords(said.at)}，${said.system}还是错的`, said.text ? `：${said.text}` : ""),
            ),
          ),
        )
      : null,
    one.finding ? link("看书面结果", `#/cases/objections/${one.id}/paper`, "quiet") : null,
  ],
  repairs: (one) => [
    one.decision
      ? card(
          "处理结果",
          h("p", {}, stateBadge(one)),
          h("p", {}, one.decision.reasons),
          h("p.small-text", {}, `${one.decision.by} · ${stampWords(one.decision.at)}`),
          link("看书面决定", `#/cases/repairs/${one.id}/paper`, "quiet"),
        )
      : null,
    one.material
      ? card(
          "要补的材料（一次列清）",
          h(
            "ul.bullets",
            {},
            one.material.items.map((text) => h("li", {}, text)),
          ),
          h("p.small-text", {}, `${one.material.by} · ${stampWords(one.material.askedAt)}`),
          one.material.givenAt ? note("good", `已于 ${stampWords(one.material.givenAt)} 补交`) : null,
        )
      : null,
    extensionCard(one.extension),
    barCard(one.bar),
    one.barredUntil ? note("warn", `认定单位写明，${dateWords(one.barredUntil)} 前不能再申请修复。`) : null,
    one.measures.length
      ? card(
          "惩戒措施解除情况",
          h(
            "ul.bullets",
            {},
            one.measures.map((measure) =>
              h(
                "li",
                {},
                `${measure.title}（${measure.unit}）：`,
                measure.liftedAt ? `${stampWords(measure.liftedAt)} 已解除` : "正在解除",
              ),
            ),
          ),
        )
      : null,
    card("我的申请", h("p", {}, one.performance), note("good", one.feeNotice)),
  ],
  pledges: (one) => [
    card(
      "承诺内容",
      h("p.pre", {}, one.content),
      facts([
        ["作出对象", one.recipientUnit],
        ["签署时间", stampWords(one.signedAt)],
        ["生效时间", stampWords(one.effectiveAt)],
        ["履行期限", one.due ? dueWords(one.due) : null],
      ]),
      unfold("承诺书全文", h("p.pre", {}, one.text), h("p", {}, one.consequence)),
    ),
    one.performances.length
      ? card(
          "履行证明",
          one.performances.map((said) =>
            h(
              "p",
              {},
              `${stampWords(said.at)}：${said.note}${said.evidence.length ? `（${said.evidence.length} 个文件）` : ""}`,
            ),
          ),
        )
      : null,
    one.finding
      ? card(
          "认定结果",
          h("p", {}, h("strong", {}, one.statusLabel), `：${one.finding.reason}`),
          h("p.small-text", {}, `${one.finding.unit} · ${stampWords(one.finding.at)}`),
        )
      : null,
    one.bar
      ? card(
          "不能申请修复的期限",
          h("p", {}, "到 ", dueWords(one.bar), "。", one.bar.reason),
          citation(one.bar.citation),
        )
      : null,
  ],
  letters: (one) => [
    one.answer
      ? card(
          "答复",
          one.answer.isAgreed === null
            ? null
            : badge(one.answer.isAgreed ? "good" : "bad", one.answer.isAgreed ? "同意" : "不同意"),
          h("p.pre", {}, one.answer.text),
          h("p.small-text", {}, `${one.answer.by} · ${stampWords(one.answer.at)}`),
        )
      : null,
    card("信件", h("p.pre", {}, one.body), copyButton(one.body), one.citations.map(citation)),
    one.status === "to_hand_in"
      ? note("warn", `信用中心看不到这封信。请复制下来直接交给${one.addressee}，再回来登记日子。${one.reach}`)
      : null,
    one.isOutside && one.status === "written"
      ? note("info", "信用中心会替您转交；您也可以复制下来自己交出去，再回来登记日子。")
      : null,
  ],
  mandates: (one) => [
    card(
      one.represented.name,
      facts([
        [one.represented.documentKind, one.represented.documentNumber],
        ["可以", one.powers.map((power) => power.label).join("、")],
        ["到", dueWords(one.until)],
        ["核对结果", one.decision?.reasons],
        ["现在", one.authority],
      ]),
      one.status === "confirmed" ? link("去看去办", "#/helpers") : null,
    ),
  ],
  withdrawals: (one) => [
    card(
      "回执",
      h("p", {}, one.note),
      one.receipt ? h("p.pre", {}, one.receipt) : null,
      one.digest ? unfold("防伪摘要（SM3）", h("code", {}, one.digest)) : null,
      one.receipt
        ? button("下载回执 PDF", () => download(`/me/withdrawals/${one.id}/receipt.pdf`, "撤销公示回执.pdf"), "quiet")
        : null,
    ),
  ],
  declarations: (one) =>
    card(
      "申报内容",
      h("p", {}, one.text),
      h("p.small-text", {}, one.verification),
      one.wordings.length > 1
        ? unfold(
            `改过 ${one.wordings.length - 1} 次`,
            one.wordings.map((said) => h("p", {}, `${stampWords(said.at)}：${said.text}`)),
          )
        : null,
    ),
};
