// What a record says on the page, and what can be done with it today. Reads the wire; keeps no law of its own.

import { h, icon } from "./dom.js";
import { axis } from "./drawings.js";
import { helping } from "./helping.js";
import { prefs } from "./prefs.js";
import { badge, cell, cells, citation, link, note, state } from "./ui.js";
import {
  certaintyWords,
  dateWords,
  daysBetween,
  distance,
  isVerified,
  near,
  RECORD_CLASS,
  today,
  unitWords,
} from "./words.js";

export const MARKS = {
  objection: "异议处理中",
  reconsideration: "行政复议中",
  litigation: "诉讼中",
  withdrawal: "已请求撤回",
};

export const marksOf = (record) => {
  const marks = (record.marks ?? []).map((mark) => badge("info", mark.title));
  const standing = record.standing && record.standing !== "standing" ? badge("plain", record.standingLabel) : null;
  const kind = record.recordClass
    ? badge(
        record.recordClass === "serious" ? "bad" : "plain",
        `轻重：${RECORD_CLASS[record.recordClass] ?? record.recordClass}`,
      )
    : null;
  const own = record.section === "declaration" ? badge("plain", "本人申报，未经核验") : null;
  return [standing, ...marks, kind, own].filter(Boolean);
};

// What tells one record from another of the same kind, in the provider's own words.
const GISTS = [
  "违法行为类型",
  "列入事由",
  "荣誉名称",
  "服务项目",
  "捐赠项目",
  "许可名称",
  "承诺事项",
  "合同事项",
  "表彰名称",
];
const gist = ({ items }) => GISTS.map((name) => items?.[name]).find(Boolean) ?? null;

// Records are told apart by the deed, so that stands first and the kind beside it.
export const nameOf = (record) => gist(record) ?? record.title;
export const kindOf = (record) => (nameOf(record) === record.title ? null : record.title.replace(/信息$/, ""));
export const burdens = (record) => (record.measures ?? []).filter((one) => one.kind === "penalty");
export const incentives = (record) => (record.measures ?? []).filter((one) => one.kind === "incentive");
export const measureCells = (measures, picture = "hall") =>
  cells(
    null,
    measures.map((one) =>
      cell({
        label: one.title,
        text: `${one.unit}${one.liftedAt ? "，已解除" : `，${near(one.since)}起`}`,
        picture,
        tone: "none",
      }),
    ),
  );
export const isListed = (record) => record.severeList === "listed";
export const isBad = (record) => record.section === "dishonesty" && record.standing === "standing";

// What has to come from somebody, of the conditions that decide; time alone and what is done when applying are left out.
const LATER = new Set(["pledge", "other", "minimum_publicity", "within_disclosure", "severe_list"]);
const SHORT = { duty_performed: "履行记录", corrected: "改正记录", class_and_document: "轻重" };
const lacking = (repair) =>
  repair.conditions.filter(
    (one) =>
      one.isMet !== true &&
      !LATER.has(one.name) &&
      !(
        one.name === "corrected" &&
        repair.conditions.some((other) => other.name === "duty_performed" && other.isMet !== true)
      ),
  );
export const waitsFor = (repair) => lacking(repair).map((one) => SHORT[one.name] ?? one.title);

export const isUnknown = ({ repair }) => repair?.state === "unknown";

// How one record stands: a tone, a word, a line, and where the next step is. `repairs` are the resident's own repairs.
export function stand(record, repairs = []) {
  const { repair } = record;
  if (record.standing !== "standing") return { tone: "none", word: record.standingLabel };
  if (!repair || record.section !== "dishonesty") return null;
  const filed = repairs.find((one) => one.recordId === record.id && one.isOpen);
  if (filed)
    return {
      tone: filed.ask ? "warn" : "wait",
      word: "修复正在办",
      sub: filed.statusLabel,
      ask: filed.ask,
      href: `#/cases/repairs/${filed.id}`,
      label: "看进度",
    };
  if (repair.state === "open") {
    return {
      tone: "good",
      word: repair.opensOn === today() ? "今天起能修复" : "现在能修复",
      ...(helping.may("repair") ? { href: `#/do/repair?record=${record.id}`, label: "去申请" } : {}),
    };
  }
  if (repair.state === "opens") {
    return {
      tone: "wait",
      word: `再等${daysBetween(today(), repair.opensOn)}天`,
      sub: `${dateWords(repair.opensOn)}起能修复`,
      isWaiting: true,
    };
  }
  if (repair.state === "unknown") {
    const mark = record.marks?.find((one) => one.kind === "objection");
    return {
      tone: "warn",
      word: "日子还算不出",
      sub: mark ? "单位没写轻重，异议正在办" : `缺${waitsFor(repair).length}项：${waitsFor(repair).join("、")}`,
      ...(mark ? { href: `#/cases/objections/${mark.caseId}`, label: "看进度" } : {}),
    };
  }
  if (repair.state === "unmet") {
    const needs = waitsFor(repair);
    const ahead = repair.opensOn && repair.opensOn > today() ? `最早${dateWords(repair.opensOn)}` : "时间已经够了";
    return {
      tone: "warn",
      picture: "round",
      word: needs.length ? `还缺${needs.join("、")}` : "还有条件没满足",
      sub: ahead,
    };
  }
  return { tone: "none", word: "不能申请修复", sub: repair.conditions.find((one) => one.isMet === false)?.title };
}

export function repairLine(repair) {
  if (!repair) return null;
  if (repair.state === "open") return note("good", h("strong", {}, "现在可以申请修复"), "，免费。");
  if (repair.state === "closed") return note("info", repair.why);
  if (repair.state === "unmet") return note("warn", repair.why);
  if (repair.state === "opens") {
    return note(
      "info",
      h("strong", {}, `${dateWords(repair.opensOn)}起可以申请修复`),
      `（${distance(repair.opensOn)}）`,
    );
  }
  return note("warn", h("strong", {}, "日子还算不出："), repair.why ?? "");
}

export const certain = (mark) => (mark && !isVerified(mark) ? [" ", badge("warn", certaintyWords(mark))] : null);

export function axisOf(record) {
  const { publicity, repair } = record;
  if (!publicity?.maximumEndsOn || prefs.elder) return null;
  const least = publicity.minimumEndsOn ?? publicity.maximumEndsOn;
  const performed = record.dutyPerformedOn && record.dutyPerformedOn < least ? record.dutyPerformedOn : null;
  return axis({
    begun: performed ?? record.decidedOn,
    begunWord: performed ? "履行完" : "决定书",
    minimum: publicity.minimumEndsOn,
    opens: ["open", "opens"].includes(repair?.state) ? repair.opensOn : null,
    maximum: publicity.maximumEndsOn,
  });
}

// Both periods in plain words, with the legal name, the reason and the article behind each.
export function periods(record) {
  const { publicity, disclosurePeriod } = record;
  const part = (name, legal, text, why, mark, cited, estimated) =>
    h(
      "div",
      {},
      h("dt", {}, name),
      h(
        "dd",
        {},
        text,
        certain(mark),
        estimated ? badge("warn", "预计") : null,
        h("small", {}, `${legal}。${why ?? ""}`),
        cited,
      ),
    );
  return h(
    "dl.status-rows",
    {},
    publicity
      ? part(
          "网上看得到",
          "公示期，国家规定",
          [webWords(record), isSooner(record) ? `，${SOONER}` : null],
          publicity.why,
          publicity.certainty,
          (publicity.citations ?? []).slice(0, 2).map(citation),
          publicity.isEstimated,
        )
      : null,
    publicity ? bothDays(record) : null,
    disclosurePeriod
      ? part(
          "报告里还有",
          "披露期，本地条例",
          heldWords(record),
          disclosurePeriod.why,
          disclosurePeriod.certainty,
          citation(disclosurePeriod.citation),
        )
      : null,
  );
}

// Both days, always: what the unit wrote and what the rule counts, how they differ, and who is asked.
function bothDays({ publicity, sourceUnit }) {
  const own = publicity.authorityUntil;
  return h(
    "div",
    {},
    h("dt", {}, "单位写的公示截止期"),
    h(
      "dd",
      {},
      own ? dateWords(own) : "单位没有写",
      h(
        "small",
        {},
        publicity.maximumEndsOn
          ? `按国家规定算，最长到${dateWords(publicity.maximumEndsOn)}。`
          : "按国家规定还算不出。",
        publicity.difference ?? (own && publicity.maximumEndsOn ? "两个日子一致。" : ""),
        publicity.difference ? `不一致的，问${unitWords(sourceUnit)}。` : "",
      ),
    ),
  );
}

// The day from which the web shows it no longer, by itself: the rule's or the unit's own, whichever comes first. None of what the
// web does not show, though a longest period is counted.
export const webEnds = ({ disclosure, publicity }) =>
  disclosure.isPublished || publicity?.endsOn < today() ? publicity?.endsOn : null;

export const SOONER = "写了轻重可能更早";
export const isSooner = (record) => webEnds(record) >= today() && !record.publicity.maximumEndsOn;

export function webWords(record) {
  const { disclosure, publicity } = record;
  if (publicity?.endsBy === "stated_unperformed") return "单位写明义务没有履行，到期后还会公示";
  const most = webEnds(record);
  if (!most) return disclosure.isPublished ? "现在看得到，到哪天还算不出" : "看不到";
  if (most < today()) return `${dateWords(most)}已到期`;
  return `最晚到${dateWords(most)}`;
}

export function heldWords({ disclosurePeriod: held }) {
  if (held?.endsOn) return `到${dateWords(held.endsOn)}`;
  if (held?.state === "extended") return "到移出名单那天";
  if (held?.state === "not_begun") return "刑罚未执行完，还没开始算";
  return held?.state === "no_number" ? "条例没写多少年" : "还算不出";
}

const hrefOf = (action, record) =>
  action.flow === "withdrawal" && record.standing === "withdrawn"
    ? "#/cases/withdrawals"
    : action.flow === "statement"
      ? `#/records/${record.id}?statement`
      : ["declaration", "pledge"].includes(action.flow)
        ? `#/cases/${action.flow}s`
        : `#/do/${action.flow}?record=${record.id}`;

const ACTIONS = {
  objection: ["这条不对？提异议", "pen"],
  withdrawal: ["不想公开？撤销公示", "eye"],
  statement: ["在旁边写几句说明", "file"],
};

// Rows of what can be done with a record besides repair; of what cannot, only what one would look for here.
export const actionRows = (record) =>
  record.actions
    .filter((one) => one.flow !== "repair" && helping.may(one.flow))
    .flatMap((one) => {
      const [label, picture] = ACTIONS[one.flow] ?? [one.label, "pen"];
      if (one.isPossible) return cell({ label, picture, href: hrefOf(one, record) });
      if (one.flow === "withdrawal" && record.standing === "standing") {
        return cell({
          label: "不想公开？",
          text: one.reason,
          picture: "eye",
          href: `#/do/withdrawal?record=${record.id}`,
        });
      }
      return [];
    });

// What can be repaired now stands first, then by the day it opens.
const STATES = ["open", "opens", "unmet", "unknown", "closed"];
const rank = ({ repair, standing }) =>
  repair && standing === "standing" ? STATES.indexOf(repair.state) : STATES.length;
export const byWhatCanBeDone = (records) =>
  [...records].sort((a, b) => rank(a) - rank(b) || (a.repair?.opensOn ?? "").localeCompare(b.repair?.opensOn ?? ""));

const whence = (record) => [unitWords(record.sourceUnit), dateWords(record.decidedOn)].filter(Boolean).join(" · ");

const brief = (record, found) =>
  cell({
    label: nameOf(record),
    mark: found ? state(found.tone, found.word, found.picture) : null,
    text: found?.sub ?? kindOf(record),
    href: `#/records/${record.id}`,
  });

// A short card titled by the deed. The whole of it opens the record; one thing can be done from here. For those who read
// large type it is a line.
export function recordCards(records, repairs, remind) {
  if (prefs.elder)
    return cells(
      null,
      records.map((record) => brief(record, stand(record, repairs))),
    );
  return records.map((record, index) => {
    const found = stand(record, repairs);
    return h(
      "article.card.record",
      {},
      h(
        "div.record-top",
        {},
        h("span.number", { "aria-hidden": "true" }, String(index + 1)),
        h("h3", {}, h("a", { href: `#/records/${record.id}` }, nameOf(record))),
        h("small", {}, whence(record)),
        icon("next", { class: "icon s cell-next" }),
      ),
      found || record.marks?.length
        ? h(
            "div.record-foot",
            {},
            h(
              "div",
              {},
              found ? state(found.tone, found.word, found.picture) : null,
              found?.sub ? h("small", {}, found.sub) : null,
              record.marks?.length ? h("div.badges", {}, marksOf(record).slice(0, record.marks.length)) : null,
            ),
            found?.isWaiting ? remind?.(record) : found?.href ? link(found.label, found.href, "quiet.small") : null,
          )
        : null,
    );
  });
}

// Commendations and the rest: a row each.
export const recordRows = (records) =>
  records.map((record) =>
    cell({
      label: nameOf(record),
      text: [kindOf(record), unitWords(record.sourceUnit), near(record.decidedOn), record.items?.履行情况]
        .filter(Boolean)
        .join(" · "),
      href: `#/records/${record.id}`,
      mark: h("div.badges", {}, marksOf(record)),
    }),
  );
