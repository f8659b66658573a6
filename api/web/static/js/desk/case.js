// One case on one page: the facts, the law, the clocks, the history, the evidence, and the steps that are allowed now.

import { api } from "../api.js";
import {
  clockCard,
  copiesCard,
  extensionCard,
  findingCard,
  historyCard,
  pathCard,
  remediesCard,
  stateBadge,
} from "../cases.js";
import { h } from "../dom.js";
import { paperOf, titleOf } from "../errands.js";
import { form } from "../forms.js";
import { download, paper } from "../paper.js";
import { badge, button, buttons, card, citation, facts, link, sheet, toast } from "../ui.js";
import { dateWords, place, stampWords } from "../words.js";
import { openRecord } from "./records.js";
import { doStep, lawLink, learnTitles } from "./steps.js";

const fileRow = (errand, one, file) =>
  h(
    "li",
    {},
    button(
      `下载 ${file.filename}`,
      () => download(`/staff/${errand}/${one.id}/evidence/${file.id}`, file.filename),
      "quiet.small",
    ),
    h(
      "small",
      {},
      `${Math.max(1, Math.round(file.size / 1024))} KB · ${stampWords(file.addedAt)} · SM3 ${file.digest.slice(0, 12)}…`,
    ),
  );

async function assign(ref, staff) {
  return sheet("分配", (close) =>
    form(
      [
        {
          name: "mine",
          kind: "choice",
          label: "交给",
          required: true,
          options: [
            { value: "me", label: "我来办" },
            { value: "none", label: "放回待办" },
          ],
        },
        { name: "reason", kind: "text", rows: 2, max: 500, least_length: 2, label: "理由", required: true },
      ],
      "确定",
      async (values) => {
        await api.post(`/staff/queue/${ref}/assign`, {
          assignee: values.mine === "me" ? staff.id : null,
          reason: values.reason,
        });
        close(true);
      },
    ),
  );
}

export async function show({ parts, staff, again }) {
  const [, errand, id] = parts;
  const [one] = await Promise.all([api.get(`/staff/${errand}/${encodeURIComponent(id)}`), learnTitles()]);
  const actions = one.actions ?? [];
  const act = async (action) => {
    if (await doStep(errand, one, action, OWN[action.action]?.(one) ?? {})) {
      toast("已办理");
      again();
    }
  };
  const laws = [...new Set([...(one.history ?? []), ...actions].flatMap((entry) => entry.law ?? []))];
  return {
    title: one.number ?? "案件",
    keys: (event) => {
      if (event.key === "u" || event.key === "Escape") location.hash = "#/queue";
      const action = actions[Number(event.key) - 1];
      if (action) {
        event.preventDefault();
        act(action);
      }
    },
    body: [
      h("nav.row", { "aria-label": "位置" }, link("← 待办", "#/queue", "quiet.small")),
      h("h2", {}, `${titleOf(errand)} ${one.number ?? ""}`),
      h(
        "div.desk-case",
        {},
        h(
          "div",
          {},
          card(
            "事实",
            h("div.badges", {}, stateBadge(one), one.isMarked ? badge("info", "记录已标注") : null),
            facts([
              ["记录", one.recordTitle ?? one.title],
              ["地区", place(one.jurisdiction)],
              ["提供单位", one.providerUnit ?? one.sourceUnit],
              [
                "受理单位",
                { centre: "信用中心", provider: "提供单位", unit: "认定单位" }[one.addressee] ?? one.addressee,
              ],
              ["提出时间", stampWords(one.filedAt)],
              ["理由", one.reasons?.map((reason) => reason.title).join("、")],
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
          one.material
            ? card(
                "要补的材料",
                h(
                  "ul.bullets",
                  {},
                  one.material.items.map((text) => h("li", {}, text)),
                ),
                one.material.answer ? h("p", {}, `当事人：${one.material.answer}`) : null,
              )
            : null,
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
          one.evidence?.length
            ? card(
                "材料",
                h(
                  "ul.bullets",
                  {},
                  one.evidence.map((file) => fileRow(errand, one, file)),
                ),
              )
            : null,
          historyCard(one.history),
        ),
        h(
          "div",
          {},
          card(
            "现在可以办的",
            actions.length
              ? buttons(
                  ...actions.map((action, index) =>
                    h(
                      "button.button",
                      { onclick: () => act(action) },
                      h("kbd", { "aria-hidden": "true" }, index + 1),
                      h("span", {}, action.label),
                    ),
                  ),
                )
              : h("p", {}, "没有可以办的步骤。"),
            one.recordId
              ? button(
                  "查看这条记录",
                  () => openRecord(one.recordId, errand === "repairs" ? "repair" : "objection"),
                  "quiet",
                )
              : null,
            button(
              "分配",
              async () => {
                if (await assign(one.id, staff)) again();
              },
              "quiet",
            ),
          ),
          (one.clocks ?? []).length ? card("期限", one.clocks.map(clockCard)) : null,
          pathCard(one.path),
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
            ? button(
                "预览结果文书",
                async () => {
                  const result = await api.get(`/staff/${errand}/${one.id}/${paperOf(errand)}`);
                  sheet("结果文书预览", () => paper(result));
                },
                "quiet",
              )
            : null,
        ),
      ),
    ],
  };
}

const why = { name: "reason", kind: "text", rows: 2, max: 500, least_length: 2, label: "办理理由", required: true };
const choose = (name, label, list) => ({ name, kind: "choice", label, required: true, options: list });

// Steps whose fields depend on the case. The examination that stops a clock has to be shown by a file of the case.
const OWN = {
  "acknowledge-copy": (one) => ({
    fields: [
      choose(
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
      choose(
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
  pause: (one) => ({ body: (values) => ({ ...values, evidence: (one.evidence ?? []).map((file) => file.id) }) }),
};
