// A decision on the list: opening, answering, and what its case shows.
import { api } from "../api.js";
import { dueWords } from "../cases.js";
import { h, icon } from "../dom.js";
import { sendFiles } from "../evidence.js";
import { form } from "../forms.js";
import { again } from "../router.js";
import { badge, button, buttons, card, citation, facts, sheet, toast, unfold } from "../ui.js";
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

export const listingCards = (one) => [
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
  one.status === "noticed" || one.status === "answered"
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
        unfold("防伪摘要（SM3）", h("code", {}, one.decision.digest)),
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
