// What a record says on the page, and what can be done with it today. Reads the wire; keeps no law of its own.

import { h, icon } from "./dom.js";
import { prefs } from "./prefs.js";
import { clockList, timeline } from "./timeline.js";
import { badge, cell, cells, citation, link, note } from "./ui.js";
import { dateWords, distance, place, RECORD_CLASS } from "./words.js";

export const clocksOf = (record) => ({
  decidedOn: record.decidedOn,
  endedOn: record.endedOn,
  publicity: record.publicity,
  disclosure: record.disclosurePeriod,
  opensOn: record.repair?.opensOn,
});

export const MARKS = {
  objection: "异议处理中",
  reconsideration: "行政复议中",
  litigation: "诉讼中",
  withdrawal: "已请求撤回",
};

export const marksOf = (record) => {
  const marks = (record.marks ?? []).map((mark) => badge("info", mark.title));
  const standing = record.standing && record.standing !== "standing" ? badge("good", record.standingLabel) : null;
  const kind = record.recordClass
    ? badge(
        record.recordClass === "serious" ? "bad" : "plain",
        `失信等级：${RECORD_CLASS[record.recordClass] ?? record.recordClass}`,
      )
    : null;
  const own = record.section === "declaration" ? badge("plain", "本人申报，未经核验") : null;
  return [standing, ...marks, kind, own].filter(Boolean);
};

export function repairLine(repair) {
  if (!repair) return null;
  if (repair.state === "open") return note("good", h("strong", {}, "现在可以申请修复"), "，免费。");
  if (repair.state === "closed") return null;
  if (repair.state === "unmet") return note("warn", h("strong", {}, "还有条件没满足，暂时不能申请修复："), repair.why);
  if (repair.state === "opens")
    return note(
      "info",
      h("strong", {}, `${dateWords(repair.opensOn)}起可以申请修复`),
      `（${distance(repair.opensOn)}）`,
    );
  return note("warn", h("strong", {}, "修复日期现在算不出来："), repair.why ?? "");
}

const MET = {
  true: ["met", "check", "已满足"],
  false: ["unmet", "cross", "还不满足"],
  null: ["unknown", "info", "缺信息"],
};
export function conditionsList(repair) {
  if (!repair?.conditions?.length) return null;
  return h(
    "details.unfold",
    {},
    h("summary", {}, "修复条件，一条条看"),
    h(
      "ul.conditions",
      {},
      repair.conditions.map((one) => {
        const [kind, picture, words] = MET[String(one.isMet ?? null)];
        return h(
          `li.${kind}`,
          {},
          icon(picture),
          h(
            "div",
            {},
            h("strong", {}, one.title),
            `（${words}）`,
            one.detail ? h("p.small-text", {}, one.detail) : null,
            citation(one.citation),
          ),
        );
      }),
    ),
  );
}

export const clocksDrawn = (record) => {
  const clocks = clocksOf(record);
  if (!clocks.publicity && !clocks.disclosure) return null;
  return h("figure.clocks", {}, timeline(clocks), h("figcaption", {}, clockList(clocks)));
};

const hrefOf = (action, record) =>
  action.flow === "withdrawal" && record.standing === "withdrawn"
    ? "#/cases/withdrawals"
    : action.flow === "statement"
      ? `#/records/${record.id}?statement`
      : ["declaration", "pledge"].includes(action.flow)
        ? `#/cases/${action.flow}s`
        : `#/do/${action.flow}?record=${record.id}`;

// The buttons that work today; for the rest the day or the reason.
export function actionsOf(record) {
  const now = record.actions.filter((one) => one.isPossible);
  const later = record.actions.filter(
    (one) => !one.isPossible && !(one.flow === "repair" && record.standing === "standing"),
  );
  return [
    now.length
      ? h(
          "div.row",
          {},
          now.map((one) => link(one.label, hrefOf(one, record), one.flow === "repair" ? "small" : "quiet.small")),
        )
      : null,
    later.map((one) =>
      h(
        "p.later",
        {},
        `${one.label}：`,
        one.opensOn ? `${dateWords(one.opensOn)}起可以办。` : "",
        one.reason,
        " ",
        one.flow === "withdrawal" && record.standing === "standing"
          ? h("a", { href: `#/do/withdrawal?record=${record.id}` }, "看看还能怎么办")
          : null,
        citation(one.citation),
      ),
    ),
  ];
}

// What tells one record from another of the same kind, in the provider's own words.
export const gist = ({ items }) => items?.违法行为类型 ?? Object.values(items ?? {})[0] ?? null;

// Several penalties of one person are told apart by what they are for, so that stands first and the kind beside it.
export const nameOf = (record) => record.items?.违法行为类型 ?? record.title;
export const kindOf = (record) => (nameOf(record) === record.title ? gist(record) : record.title);

// What can be repaired now stands first, then by the day it opens.
const STATES = ["open", "opens", "unmet", "unknown", "closed"];
const rank = ({ repair, standing }) =>
  repair && standing === "standing" ? STATES.indexOf(repair.state) : STATES.length;
export const byWhatCanBeDone = (records) =>
  [...records].sort((a, b) => rank(a) - rank(b) || (a.repair?.opensOn ?? "").localeCompare(b.repair?.opensOn ?? ""));

// For those who read large type a line that opens the record: one thing a screen.
const brief = (record) =>
  cell({
    label: nameOf(record),
    mark: h("div.badges", {}, marksOf(record)),
    text: [kindOf(record), repairWords(record)].filter(Boolean).join("。"),
    href: `#/records/${record.id}`,
  });

const repairWords = ({ repair, standing }) => {
  if (!repair || standing !== "standing") return null;
  if (repair.state === "open") return "现在可以申请修复";
  return repair.state === "opens" ? `${dateWords(repair.opensOn)}起可以申请修复` : "打开看还缺什么";
};

export const recordsList = (records) => (prefs.elder ? cells(null, records.map(brief)) : records.map(recordCard));

function recordCard(record) {
  return h(
    "article.card.record",
    {},
    h("h3", {}, h("a", { href: `#/records/${record.id}` }, nameOf(record))),
    h("p", {}, kindOf(record)),
    h("div.badges", {}, marksOf(record)),
    h(
      "p.small-text",
      {},
      `${place(record.jurisdiction)} · ${record.sourceUnit}`,
      record.decidedOn ? ` · ${dateWords(record.decidedOn)}` : "",
    ),
    record.section === "dishonesty" && record.standing === "standing"
      ? [repairLine(record.repair), clocksDrawn(record)]
      : null,
    actionsOf(record),
  );
}
