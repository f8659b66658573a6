// A case as its resident sees it: which clock runs, by when, who owes it, what was found, what can be done now.

import { api } from "./api.js";
import { h, icon } from "./dom.js";
import { errandOfCase, toneOf } from "./errands.js";
import { sendFiles } from "./evidence.js";
import { form } from "./forms.js";
import { badge, button, card, citation, facts, sheet, toast } from "./ui.js";
import { certaintyWords, dateWords, isVerified, stampWords, today, workingDaysWords } from "./words.js";

// What a case is about, by whichever of its names it has.
export const aboutOf = (one) => one.listTitle ?? one.recordTitle ?? one.title ?? one.kindTitle ?? "";

export const stateBadge = (one) => badge(toneOf(errandOfCase(one.id), one.status), one.statusLabel);

export const dueWords = (due) =>
  h(
    "span",
    {},
    h("strong", {}, dateWords(due.on)),
    due.isEstimated ? " " : null,
    due.isEstimated ? badge("warn", "预计") : null,
    due.certainty && !isVerified(due.certainty) ? [" ", badge("warn", certaintyWords(due.certainty))] : null,
  );

// One running or finished clock.
export function clockCard(step) {
  const done = Boolean(step.doneAt);
  return h(
    `div.running${step.isLate ? ".late" : ""}`,
    {},
    h("p", {}, h("strong", {}, step.title), step.owedBy ? `（由${step.owedBy}办）` : ""),
    done
      ? h("p", {}, icon("check"), ` 已于 ${stampWords(step.doneAt)} 完成`, step.isLate ? "，晚于期限" : "")
      : h("p.big", {}, workingDaysWords(step.left), ` · ${dateWords(step.due.on)}前`),
    step.paused?.map((one) =>
      h(
        "p.small-text",
        {},
        one.isOver ? null : [badge("warn", "期限暂停中"), " "],
        `${one.title}${one.by ? `，交给${one.by}` : ""}${one.orderedOn ? `，${dateWords(one.orderedOn)}委托` : ""}。`,
        one.isOver
          ? `${dateWords(one.fromOn)}到${dateWords(one.untilOn)}不计入期限。`
          : `从${dateWords(one.fromOn)}起不计入期限，预计到${dateWords(one.untilOn)}。`,
      ),
    ),
    h(
      "p.small-text",
      {},
      `已过 ${step.elapsed} 个工作日`,
      step.elapsedInAll > step.elapsed ? `（连同不计入的共 ${step.elapsedInAll} 个）` : "",
      step.due.isStatutory ? "。法定期限" : "。服务承诺，不是法定期限",
      step.due.isEstimated ? "，按预计的工作日历" : "",
      "。",
    ),
    h("details.why", {}, h("summary", {}, "怎么算的"), h("p", {}, step.due.reason), citation(step.due.citation)),
  );
}

export const historyCard = (history) =>
  history?.length
    ? card(
        "办理经过",
        h(
          "ol.steps",
          {},
          [...history]
            .reverse()
            .map((one) =>
              h(
                "li",
                {},
                h("strong", {}, one.label),
                h("small", {}, `${stampWords(one.at)}${(one.unit ?? one.by) ? ` · ${one.unit ?? one.by}` : ""}`),
                one.note ? h("p", {}, one.note) : null,
              ),
            ),
        ),
      )
    : null;

const FIELDS = {
  decided_on: "文书日期",
  ended_on: "行为终止日",
  sentence_completed_on: "刑罚执行完毕日",
  duty_performed_on: "义务履行日",
  corrected_on: "改正日",
  record_class: "轻重",
  standing: "披露",
  severe_list: "名单",
  barred_until: "不得申请修复的期限",
};
export const fieldWords = (fields) => fields.map((name) => FIELDS[name] ?? name).join("、");

// A bar on applying again: proposed, answered, imposed or dropped, each in the words of whoever said it.
export const barCard = (bar) =>
  bar
    ? card(
        bar.imposedAt
          ? "单位写明不能再申请修复"
          : bar.droppedAt
            ? "单位不再禁止申请"
            : "单位拟禁止再申请修复，先听本人怎么说",
        facts([
          ["认定的情形", bar.elementLabel],
          ["事实", bar.facts],
          ["依据", bar.basis],
          ["不能申请到", dateWords(bar.until)],
          ["最晚这天答复", bar.imposedAt || bar.droppedAt ? null : dateWords(bar.replyBy)],
          ["本人的陈述和申辩", bar.answer ? `${bar.answer}（${stampWords(bar.answeredAt)}）` : "还没有"],
          ["单位的理由", bar.reasons],
          ["救济途径", bar.remedies],
        ]),
        bar.ways.length ? remediesList(bar.ways) : null,
        h("p.small-text", {}, `${bar.by} · ${stampWords(bar.toldAt)}。${bar.scope}`),
      )
    : null;

export const findingCard = (finding, title = "处理结果") =>
  finding
    ? card(
        title,
        h(
          "p",
          {},
          badge(finding.isFounded ? "good" : "bad", finding.isFounded ? "成立" : "不成立"),
          finding.outcomeTitle ? ` ${finding.outcomeTitle}` : "",
        ),
        h("p", {}, finding.reasons),
        finding.changes?.length
          ? h(
              "dl.changes",
              {},
              finding.changes.map((one) =>
                h(
                  "div",
                  {},
                  h("dt", {}, one.name),
                  h("dd", {}, one.before ? [h("del", {}, one.before), " → "] : null, h("ins", {}, one.after ?? "去掉")),
                ),
              ),
            )
          : null,
        h("p.small-text", {}, `${finding.by} · ${stampWords(finding.at)}`),
      )
    : null;

export const extensionCard = (extension) =>
  extension
    ? card(
        "作出决定的期限延长过一次",
        h("p", {}, extension.reasons),
        h("p", {}, `原来到 ${dateWords(extension.wasDueOn)}，现在最晚 `, dueWords(extension.due)),
        citation(extension.due.citation),
        h("p.small-text", {}, `${extension.by} · ${stampWords(extension.at)}`),
      )
    : null;

export const remediesList = (remedies) =>
  h(
    "ul.bullets",
    {},
    remedies.map((one) =>
      h(
        "li",
        {},
        `${one.title}（${one.body}）`,
        one.due ? ["：最晚 ", dueWords(one.due)] : null,
        one.note ? h("p.small-text", {}, one.note) : null,
        citation(one.citation),
      ),
    ),
  );

export const remediesCard = (remedies) => (remedies?.length ? card("不服怎么办", remediesList(remedies)) : null);

export const copiesCard = (copies, more = null, title = "已共享出去的也要跟着改") =>
  copies?.length
    ? card(
        title,
        h(
          "ul.bullets",
          {},
          copies.map((one) =>
            h(
              "li",
              {},
              one.system,
              "：",
              one.acknowledgedAt
                ? `已处理（${stampWords(one.acknowledgedAt)}）`
                : one.due
                  ? ["最晚 ", dueWords(one.due), one.due.isStatutory ? "" : "（服务约定，不是法定期限）"]
                  : "已通知",
              one.isLate ? badge("bad", "已超期") : null,
              one.acknowledgedAt ? more?.(one) : null,
            ),
          ),
        ),
      )
    : null;

export const evidenceCard = (files) =>
  files?.length
    ? card(
        `我交的材料（${files.length}份）`,
        h(
          "ul.files",
          {},
          files.map((one) =>
            h(
              "li",
              {},
              h("span.chip.none", {}, icon("file")),
              h(
                "span",
                {},
                one.filename,
                h("small", {}, `${Math.max(1, Math.round(one.size / 1024))} KB · ${stampWords(one.addedAt)}`),
              ),
            ),
          ),
        ),
      )
    : null;

const WORDS = {
  "request-review": {
    fields: [{ name: "text", kind: "text", label: "为什么请求复核", required: true, rows: 4, max: 2000 }],
  },
  "answer-bar": {
    fields: [
      {
        name: "answer",
        kind: "text",
        label: "您的陈述和申辩",
        required: true,
        rows: 5,
        max: 2000,
        hint: "写事实：材料为什么是真的，承诺为什么没有违反。单位听取以后才能决定。",
      },
      { name: "files", kind: "evidence", label: "材料", most: 9 },
    ],
  },
  "give-material": {
    fields: [
      { name: "answer", kind: "text", label: "补充说明", required: true, rows: 4, max: 2000 },
      { name: "files", kind: "evidence", label: "材料", most: 9 },
    ],
  },
  send: {
    fields: [
      {
        name: "on",
        kind: "date",
        label: "哪一天交出去的",
        required: true,
        get latest() {
          return today();
        },
      },
    ],
  },
  "note-answer": {
    fields: [
      { name: "text", kind: "text", rows: 4, max: 2000, least_length: 2, label: "对方怎么答复的", required: true },
    ],
  },
  withdraw: { confirm: "撤回后这件事项就结束了，标注会去掉。以后还可以再提。", danger: true },
  urge: { confirm: "我们会提醒承办单位，并记在办理经过里。" },
  cancel: { confirm: "取消这次请求？" },
};

const PATHS = { "request-review": "review", "give-material": "material", "answer-bar": "bar-answer" };

// Buttons of exactly the steps that the server says are allowed now.
export function actionButtons(kind, one, after, special = {}) {
  const known = (one.actions ?? []).filter(
    (action) => (!action.action.startsWith("file") && action.action !== "edit") || special[action.action],
  );
  if (!known.length) return null;
  const danger = (action) => Number(WORDS[action.action]?.danger ?? false);
  const drawn = known
    .sort((a, b) => danger(a) - danger(b))
    .map((action) => {
      if (special[action.action]) return special[action.action](action);
      const words = WORDS[action.action] ?? { confirm: `确定${action.label}？` };
      return button(
        action.label,
        async () => {
          const done = await sheet(action.label, (close) => [
            words.confirm ? h("p", {}, words.confirm) : null,
            form(words.fields ?? [], action.label, async ({ files, ...values }) => {
              if (files) values.evidence = await sendFiles(files);
              await api.post(`/me/${kind}/${one.id}/${PATHS[action.action] ?? action.action}`, values);
              close(true);
            }),
          ]);
          if (done) {
            toast("已办理");
            after();
          }
        },
        words.danger ? "danger" : action.action === "give-material" ? "" : "quiet",
      );
    })
    .filter(Boolean);
  return drawn.length ? h("div.buttons.side", {}, drawn) : null;
}
