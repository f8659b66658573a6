// One case on one page: the facts, the law, the clocks, the history, the evidence, and the steps that are allowed now.

import { api } from "../api.js";
import {
  barCard,
  clockCard,
  copiesCard,
  extensionCard,
  findingCard,
  historyCard,
  remediesCard,
  stateBadge,
} from "../cases.js";
import { h } from "../dom.js";
import { choice } from "../forms.js";
import { download, paper } from "../paper.js";
import { place } from "../served.js";
import { badge, button, buttons, card, citation, facts, link, note, sheet, toast, unfold } from "../ui.js";
import { dateWords, itemWords, stampWords } from "../words.js";
import { pathCard } from "./ahead.js";
import { isDrafted, paperOf, titleOf } from "./errands.js";
import { journalCard } from "./journal.js";
import { assignTo, beside, caseLink } from "./queue.js";
import { openRecord } from "./records.js";
import { pendingCard } from "./reviews.js";
import { doStep, lawLink, learnTitles } from "./steps.js";
import { materialCard } from "./weighing.js";

const BY = { party: "当事人", unit: "单位", centre: "信用中心" };
const sizeWords = (file) => `${Math.max(1, Math.round(file.size / 1024))} KB · ${stampWords(file.addedAt)}`;

// The files of a case: one is looked at where it stands. Each look is in the audit, so none is opened unasked.
function filesCard(errand, one) {
  if (!one.evidence?.length) return null;
  const room = h(
    "div.preview",
    { "aria-live": "polite" },
    h("p.small-text", {}, "点一份材料，就在这里看。每次打开都记入审计。"),
  );
  const look = async (file) => {
    const path = `/staff/${errand}/${one.id}/evidence/${file.id}`;
    if (!file.mediaType.startsWith("image/")) {
      await download(path, file.filename);
      room.replaceChildren(h("p", {}, `${file.filename} 已下载。`));
      return;
    }
    const url = URL.createObjectURL(new Blob([await api.blob(path)], { type: file.mediaType }));
    room.replaceChildren(
      h("img", { src: url, alt: file.filename }),
      button("下载", () => download(path, file.filename), "quiet.small"),
    );
  };
  const count = Object.entries(BY)
    .map(([by, who]) => [who, one.evidence.filter((file) => file.by === by).length])
    .filter(([, number]) => number)
    .map(([who, number]) => `${who}${number}份`);
  return card(
    `材料 ${one.evidence.length}份（${count.join("，")}）`,
    h(
      "div.files-beside",
      {},
      h(
        "ul",
        {},
        one.evidence.map((file) =>
          h(
            "li",
            {},
            button(file.filename, () => look(file), "quiet.small"),
            h(
              "small",
              {},
              `${BY[file.by] ?? ""}${file.kind === "examination_order" ? " · 委托文书" : ""} · ${sizeWords(file)}`,
            ),
          ),
        ),
      ),
      room,
    ),
  );
}

const partyCard = (one, file) =>
  card(
    "当事人",
    facts([
      ["姓名", (one.party ?? file.party)?.name],
      ["证件", (one.party ?? file.party)?.documentNumber],
      ["地区", place(one.jurisdiction)],
    ]),
    file.others.length
      ? [
          h("h3", {}, `同一人的其他事项（${file.others.length}）`),
          h(
            "ul.bullets",
            {},
            file.others.map((other) =>
              h(
                "li",
                {},
                h("a", { href: caseLink(other) }, `${other.errandTitle} ${other.number}`),
                " ",
                other.statusLabel,
              ),
            ),
          ),
        ]
      : h("p.small-text", {}, "没有其他事项。"),
  );

// What runs stands open; what is done is folded below it.
function clocksCard(clocks) {
  if (!clocks.length) return null;
  const done = clocks.filter((step) => step.doneAt);
  return card(
    "期限",
    clocks.filter((step) => !step.doneAt).map(clockCard),
    done.length ? unfold(`已经完成的${done.length}步`, done.map(clockCard)) : null,
  );
}

const recordCard = (record, errand) =>
  record
    ? card(
        "涉及的记录",
        h("div.badges", {}, badge("info", record.standing)),
        facts([
          ["名称", record.title],
          ["来源单位", record.sourceUnit],
          ["文书日期", dateWords(record.decidedOn)],
          ["行为终止", dateWords(record.endedOn)],
          [
            "轻重",
            { minor: "轻微", general: "一般", serious: "严重" }[record.recordClass] ??
              (record.decidedOn ? "没写" : null),
          ],
          ...itemWords(record.items),
        ]),
        button(
          "看全部（写明目的）",
          () => openRecord(record.id, errand === "repairs" ? "repair" : "objection"),
          "quiet.small",
        ),
      )
    : null;

const turn = (href, label, key) =>
  href ? h("a.button.quiet.small", { href }, `${label} `, h("kbd", { "aria-hidden": "true" }, key)) : null;

export async function show({ parts, again }) {
  const [, errand, id] = parts;
  const ref = encodeURIComponent(id);
  const [one, file, journal, reviews] = await Promise.all([
    api.get(`/staff/${errand}/${ref}`),
    api.get(`/staff/cases/${errand}/${ref}`),
    api.get(`/staff/cases/${errand}/${ref}/journal`),
    api.get("/staff/reviews"),
    learnTitles(),
  ]);
  const actions = one.actions ?? [];
  const act = async (action) => {
    const isReviewed = reviews.wanted > 0 && isDrafted(errand, action.action);
    const extra = isReviewed ? { proposed: true } : (OWN[action.action]?.(one) ?? {});
    if (await doStep(errand, one, action, extra)) {
      toast(isReviewed ? "已交审核" : "已办理");
      again();
    }
  };
  const { before, after } = beside(`#/case/${errand}/${id}`);
  const laws = [...new Set([...(one.history ?? []), ...actions].flatMap((entry) => entry.law ?? []))];
  return {
    title: one.number ?? "案件",
    keys: (event) => {
      if (event.key === "u" || event.key === "Escape") location.hash = "#/queue";
      if (event.key === "j" && after) location.hash = after;
      if (event.key === "k" && before) location.hash = before;
      const action = actions[Number(event.key) - 1];
      if (action) {
        event.preventDefault();
        act(action);
      }
    },
    body: [
      h(
        "nav.row",
        { "aria-label": "位置" },
        link("← 待办", "#/queue", "quiet.small"),
        turn(before, "上一件", "k"),
        turn(after, "下一件", "j"),
      ),
      h("h2", {}, `${titleOf(errand)} ${one.number ?? ""}`),
      h(
        "div.desk-case",
        {},
        h("div.desk-case-left", {}, partyCard(one, file), historyCard(one.history)),
        h(
          "div.desk-case-middle",
          {},
          file.isUnitHere === false && one.isOpen !== false
            ? note(
                "warn",
                "提供单位没有在这里开通账号，看不到这一件：通知、转送、催办请打电话或者发函，它的答复由您登记。",
              )
            : null,
          recordCard(file.record, errand),
          card(
            "请求的内容",
            h("div.badges", {}, stateBadge(one), one.isMarked ? badge("info", "记录已标注") : null),
            facts([
              ["承诺内容", one.content],
              ["记录", one.recordTitle ?? one.title],
              ["提供单位", one.providerUnit ?? one.sourceUnit],
              [
                "受理单位",
                { centre: "信用中心", provider: "提供单位", unit: "认定单位" }[one.addressee] ?? one.addressee,
              ],
              ["提出时间", stampWords(one.filedAt ?? one.askedAt)],
              ["理由", one.reasons?.map((reason) => reason.title).join("、")],
              ["遗漏的内容", one.missing],
              ["替谁办", one.represented?.name],
              [one.represented?.documentKind ?? "", one.represented?.documentNumber],
              ["出生日期", dateWords(one.represented?.bornOn)],
              ["要看的证明", one.proof],
              ["办什么", one.powers?.map((power) => power.label).join("、")],
              ["到哪天", dateWords(one.until?.on)],
              ["现在", one.authority],
              ["信件", one.body],
              ["答复", one.answer?.text],
              ["当事人陈述", one.text ?? one.performance],
              ["义务履行日", dateWords(one.dutyPerformedOn)],
              ["希望改成", one.desired],
            ]),
          ),
          findingCard(one.reply, "提供单位的回复"),
          findingCard(one.finding),
          one.decision
            ? card(
                "决定",
                h("p", {}, stateBadge(one)),
                h("p", {}, one.decision.reasons),
                h("p.small-text", {}, `${one.decision.by} · ${stampWords(one.decision.at)}`),
              )
            : null,
          extensionCard(one.extension),
          barCard(errand === "repairs" ? one.bar : null),
          materialCard(one.material),
          one.measures?.length
            ? card(
                "惩戒措施",
                h(
                  "ul.bullets",
                  {},
                  one.measures.map((measure) =>
                    h("li", {}, `${measure.title}（${measure.unit}）`, measure.liftedAt ? "：已解除" : "：未解除"),
                  ),
                ),
              )
            : null,
          one.conditions?.length
            ? card(
                "条件",
                h(
                  "ul.bullets",
                  {},
                  one.conditions.map((condition) =>
                    h(
                      "li",
                      {},
                      `${condition.title}：${condition.isMet === null ? "缺信息" : condition.isMet ? "满足" : "不满足"}`,
                      citation(condition.citation),
                    ),
                  ),
                ),
              )
            : null,
          filesCard(errand, one),
          journalCard(errand, one, journal.items, again),
        ),
        h(
          "div.desk-case-right",
          {},
          pendingCard(
            reviews.items.find((other) => other.caseRef === one.id),
            again,
          ),
          card(
            "现在可以办的",
            // The tables of steps have the usual one first. What may still be done once it is decided is never usual.
            actions.length
              ? buttons(
                  ...actions.map((action, index) =>
                    h(
                      index || one.finding || one.decision ? "button.button.quiet" : "button.button",
                      { onclick: () => act(action) },
                      h("kbd", { "aria-hidden": "true" }, index + 1),
                      h("span", {}, action.label),
                    ),
                  ),
                )
              : h("p", {}, "没有可以办的步骤。"),
            button("分配", async () => assignTo([one.id], await api.get("/staff/workload"), again), "quiet"),
          ),
          clocksCard(one.clocks ?? []),
          pathCard(one),
          remediesCard(one.remedies),
          copiesCard(one.followThrough),
          laws.length
            ? card(
                "依据",
                h(
                  "ul.bullets",
                  {},
                  laws.map((law) => h("li", {}, lawLink(law))),
                ),
              )
            : null,
          paperOf(errand) && (one.finding || one.decision)
            ? card(
                "结果文书",
                buttons(
                  button(
                    "预览结果文书",
                    async () => {
                      const result = await api.get(`/staff/${errand}/${one.id}/${paperOf(errand)}`);
                      sheet("结果文书预览", () => [paper(result), button("打印", () => print(), "quiet")]);
                    },
                    "quiet",
                  ),
                  button(
                    "下载正式 PDF",
                    () => download(`/staff/${errand}/${one.id}/${paperOf(errand)}.pdf`, `${one.number}.pdf`),
                    "quiet",
                  ),
                ),
              )
            : null,
        ),
      ),
    ],
  };
}

const why = { name: "reason", kind: "text", rows: 2, max: 500, least_length: 2, label: "办理理由", required: true };

// Steps whose fields depend on the case.
const OWN = {
  "acknowledge-copy": (one) => ({
    fields: [
      choice(
        "system",
        "哪个系统",
        (one.followThrough ?? [])
          .filter((copy) => !copy.acknowledgedAt)
          .map((copy) => ({ value: copy.system, label: copy.system })),
      ),
      why,
    ],
  }),
  "lift-measure": (one) => ({
    fields: [
      choice(
        "measure",
        "哪项措施",
        (one.measures ?? [])
          .filter((measure) => !measure.liftedAt)
          .map((measure) => ({
            value: `${measure.code}|${measure.unit}`,
            label: `${measure.title}（${measure.unit}）`,
          })),
      ),
      why,
    ],
    body: ({ measure, reason }) => ({ code: measure.split("|")[0], unit: measure.split("|")[1], reason }),
  }),
};
