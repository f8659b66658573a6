// What each errand shows of its case besides what all have; a decision on the list is opened and answered here.
import { api } from "../api.js";
import { barCard, dueWords, extensionCard, stateBadge } from "../cases.js";
import { h, icon } from "../dom.js";
import { sendFiles } from "../evidence.js";
import { form } from "../forms.js";
import { download } from "../paper.js";
import { copyButton } from "../receipt.js";
import { again } from "../router.js";
import { badge, button, buttons, card, citation, facts, link, note, proof, sheet, toast, unfold } from "../ui.js";
import { dateWords, isVerified, stampWords } from "../words.js";

export async function answerListing(one) {
  const done = await sheet("陈述、申辩或者提出异议", (close) =>
    form(
      [
        { name: "text", kind: "text", rows: 5, max: 2000, least_length: 2, label: "您的意见", required: true },
        { name: "files", kind: "evidence", label: "材料", most: 9 },
      ],
      "提交",
      async ({ text, files }) => {
        await api.post(`/me/listings/${one.id}/answer`, { text, evidence: await sendFiles(files ?? []) });
        close(true);
      },
    ),
  );
  if (done) {
    toast("已提交");
    again();
  }
}

// Opening is asked for, never done by merely looking at the case: with consent to electronic service it serves the decision.
const openDocument = (one) => async () => {
  await api.post(`/me/listings/${one.id}/read`);
  toast("已打开");
  again();
};

const ELECTRONIC = "electronic-service";
export const electronicConsent = async () =>
  (await api.get("/me/consents")).items.find((consent) => consent.purpose === ELECTRONIC) ?? null;

const agreeAndOpen = (one) => async () => {
  await api.post("/me/consents", { purpose: ELECTRONIC, version: one.consent.version, isGiven: true });
  await openDocument(one)();
};

const sealedNotice = (one) =>
  card("有一份告知书等您打开", h("p", {}, "会记下打开的时间，不代表您同意。"), button("打开告知书", openDocument(one)));

// The decision before it is served: by opening it, where that was agreed to, else on paper.
function sealedDecision(one) {
  if (one.consent?.isAllowed)
    return card(
      "有一份决定书等您打开",
      h("p", {}, "您同意过电子送达：打开就算送达，期限从今天起算。"),
      button("打开决定书", openDocument(one)),
    );
  return card(
    one.seenAt ? "决定书还没有送达" : "有一份决定书等您看",
    h("p", {}, "打开看不算送达，等单位书面送达；也可以同意电子送达，现在就送达。期限从送达那天起算。"),
    one.consent ? unfold("电子送达的说明", h("p", {}, one.consent.text), citation(one.consent.citation)) : null,
    buttons(
      one.seenAt ? null : button("只看内容，等书面送达", openDocument(one)),
      one.consent ? button("同意电子送达并打开", agreeAndOpen(one), "quiet") : null,
    ),
  );
}

const openedAt = (at) => (at ? h("p.small-text", {}, `您在 ${stampWords(at)} 打开过。`) : null);

const servedCard = ({ service }) =>
  service
    ? card(
        "送达",
        facts([
          ["送达日期", dateWords(service.on)],
          ["怎样送达", service.wayLabel],
          ["凭证", service.proof],
          ["同意电子送达", service.consentedAt ? stampWords(service.consentedAt) : null],
        ]),
        isVerified(service.certainty) ? null : badge("warn", "怎样送达的条文未核实"),
        citation(service.source),
        service.way === "electronic" || service.way === "opened"
          ? null
          : h("p.small-text", {}, "没有收到过的，请联系信用中心，别错过期限。"),
      )
    : null;

const isRead = (one) => one.status !== "listed" || one.seenAt !== null;

const listingCards = (one) => [
  one.status === "noticed" && !one.openedAt
    ? sealedNotice(one)
    : card(
        "告知的内容",
        facts([
          ["名单", one.listTitle],
          ["单位", one.unit],
          ["事实和理由", one.told.grounds],
          ["依据", one.told.basis],
          ["您的权利", one.told.rights],
          ["救济途径", one.told.remedies],
        ]),
        citation(one.told.citation),
        openedAt(one.openedAt),
      ),
  !one.decision && !one.closedAt
    ? card(
        "期限",
        h("p", {}, "请在 ", dueWords(one.answerBy), " 前答复。"),
        h("p", {}, "单位在 ", dueWords(one.replyBy), " 前反馈。"),
        h("p.small-text", {}, one.answerBy.reason),
      )
    : null,
  one.answers.length
    ? card(
        "我的意见",
        one.answers.map((said) =>
          h(
            "p",
            {},
            `${stampWords(said.at)}：${said.text}`,
            said.evidence.length ? `（${said.evidence.length} 个文件）` : "",
            said.isLate ? badge("warn", "晚于答复期限") : null,
          ),
        ),
      )
    : null,
  one.reply ? card("单位的反馈", h("p", {}, one.reply.text), h("p.small-text", {}, stampWords(one.reply.at))) : null,
  one.status === "listed" ? sealedDecision(one) : null,
  one.decision && isRead(one)
    ? card(
        `决定书 ${one.decision.number}`,
        h("p.pre", {}, one.decision.content),
        one.decision.measures.length
          ? h(
              "ul.bullets",
              {},
              one.decision.measures.map((measure) => h("li", {}, measure.title, citation(measure.citation))),
            )
          : null,
        proof(one.decision.digest),
        openedAt(one.servedAt ?? one.seenAt),
      )
    : null,
  servedCard(one),
  one.conditions.length && isRead(one)
    ? card(
        "移出名单要满足的条件",
        h(
          "ul.conditions",
          {},
          one.conditions.map((condition) =>
            h(
              `li.${condition.isMet ? "met" : "unmet"}`,
              {},
              icon(condition.isMet ? "check" : "cross"),
              h(
                "div",
                {},
                h("strong", {}, condition.text),
                `（${condition.isMet ? "已满足" : "还没有"}）`,
                condition.how ? h("p.small-text", {}, condition.how) : null,
              ),
            ),
          ),
        ),
      )
    : null,
  one.closingReason ? card("结束的原因", h("p", {}, one.closingReason)) : null,
];

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
      one.digest ? proof(one.digest) : null,
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
