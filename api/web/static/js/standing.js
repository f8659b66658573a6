// How a person stands, from the report and what is under way: of several states the first counts, in the order severe,
// can be done today, unknown, waiting, calm. Home shows it short, the report with its rows.

import { h } from "./dom.js";
import { leaf, ring, windowPicture } from "./drawings.js";
import { allRecords } from "./me.js";
import {
  byWhatCanBeDone,
  heldWords,
  isBad,
  isListed,
  isSooner,
  isUnknown,
  nameOf,
  SOONER,
  stand,
  waitsFor,
  webEnds,
  webWords,
} from "./records.js";
import { link, state } from "./ui.js";
import { dateWords, daysBetween, distance, near, today, unitWords, weekdayWords, workingDaysWords } from "./words.js";

// How one stands: one state, one title, one day, one button.
export function statusCard({ tone, picture, word, title, line, visual, rows, action, foot }) {
  return h(
    `section.status.${tone}`,
    {},
    h(
      "div.status-head",
      {},
      state(tone, word, picture),
      h("h1", { tabindex: "-1" }, title),
      line ? h("p", {}, line) : null,
      visual ? h("div.visual", {}, visual) : null,
    ),
    rows?.length
      ? h(
          "dl.status-rows",
          {},
          rows.map(([name, value, more]) =>
            h("div", {}, h("dt", {}, name), h("dd", {}, value, more ? h("small", {}, more) : null)),
          ),
        )
      : null,
    action ?? null,
    foot ? h("p.status-foot", {}, foot) : null,
  );
}

const objectionTo = (record, why) => `#/do/objection?record=${record.id}&about=${why}`;
const underObjection = (record) => record.marks?.find((one) => one.kind === "objection");

// What everybody can see on the web, in one line for all records; of one alone, what its own screen says.
function webRow(records) {
  const label = "网上看得到";
  if (records.length === 1) return [label, webWords(records[0]), isSooner(records[0]) ? SOONER : null];
  const known = records.filter(webEnds);
  const seen = known.filter((one) => webEnds(one) >= today());
  const unknown = records.filter((one) => one.disclosure.isPublished && !webEnds(one)).length;
  const over = known.length - seen.length;
  const more = [
    seen.some(isSooner) ? SOONER : null,
    seen.length && unknown ? `另${unknown}条还算不出` : null,
    over && seen.length + unknown ? `${over}条已到期` : null,
  ]
    .filter(Boolean)
    .join("，");
  if (seen.length) return [label, `${seen.length}条最晚到${dateWords(seen.map(webEnds).sort().at(-1))}`, more];
  return [label, unknown ? `${unknown}条看得到，到哪天还算不出` : "已经看不到了", more];
}

function heldRow(records) {
  const ends = records
    .map((one) => one.disclosurePeriod?.endsOn)
    .filter(Boolean)
    .sort();
  if (!ends.length) return ["报告里还有", heldWords(records[0])];
  return ["报告里还有", `到${dateWords(ends.at(-1))}`];
}

// Of somebody without a bad record: what the web shows.
function publicWords(records) {
  const shown = new Set(records.filter((one) => one.disclosure?.isPublished).map((one) => one.section));
  if (shown.has("commendation")) return "表彰等好事";
  return shown.has("pledge") ? "信用承诺" : "基础信息";
}

// Who can learn of it today, in one line: the way that reaches furthest counts.
function seenRow(records) {
  const label = "现在谁看得到";
  const some = (way) => records.some((one) => one.disclosure?.[way]);
  const bad = records.some(isBad);
  if (some("isPublished"))
    return bad
      ? [label, "网上谁都能查到", "单位依法查询时也看得到"]
      : [label, `网上看得到${publicWords(records)}`, "其余只有依法办事的单位和您授权的人"];
  if (some("isShared") || some("isQueryable"))
    return [label, "依法办事的单位和您授权的人", bad ? "网上已经查不到" : null];
  return [label, "只有您自己"];
}

function severe(records, listed) {
  const one = listed[0];
  const opens = one.repair?.opensOn;
  return {
    tone: "bad",
    picture: "flag",
    word: "要紧",
    title: `被列入${listed.length}份名单`,
    line: `${unitWords(one.sourceUnit)}${near(one.decidedOn)}决定`,
    rows: [
      webRow([one]),
      ["单位查得到", "移出名单之前都查得到"],
      [
        "能移出",
        opens > today() ? `${dateWords(opens)}起申请` : "条件齐了就能申请",
        opens > today() ? distance(opens) : null,
      ],
      ["先做什么", waitsFor(one.repair).length ? `补上${waitsFor(one.repair).join("、")}` : "等到那一天"],
    ],
    action: link("看移出要满足什么", `#/records/${one.id}`),
    foot: records.length > listed.length ? `另外还有${records.length - listed.length}条记录` : null,
  };
}

function openNow(records, open) {
  const one = open[0];
  const until = webEnds(one);
  const ordered = byWhatCanBeDone(records);
  const which = `第${ordered.indexOf(one) + 1}条`;
  return {
    tone: "open",
    needs: "repair",
    word: "条件都齐了",
    title:
      open.length > 1
        ? `${open.length}条记录能申请修复`
        : one.repair.opensOn === today()
          ? "今天起能申请修复"
          : "现在能申请修复",
    line: open.length > 1 ? "一条一条申请，都免费" : `${unitWords(one.sourceUnit)}，1条`,
    visual: leaf(today(), "今天"),
    reportWord: `今天有${open.length}条能修复`,
    rows: [webRow(records), ["下一步", `${records.length > 1 ? `申请修复${which}` : "申请修复"}，免费`]],
    action: link("去申请", open.length > 1 ? "#/do/repair" : `#/do/repair?record=${one.id}`),
    reportAction: link(
      records.length > 1 ? `申请修复${open.length > 1 ? "" : which}` : "去申请修复",
      open.length > 1 ? "#/do/repair" : `#/do/repair?record=${one.id}`,
    ),
    foot: `免费，约3分钟${until && until > today() ? ` · 不急，${dateWords(until)}前都能办` : ""}`,
  };
}

function unknownClass(records, unknown) {
  const one = unknown[0];
  const mark = underObjection(one);
  const unit = unitWords(one.sourceUnit);
  return {
    tone: "warn",
    needs: "objection",
    word: "日子还算不出",
    title: "还差一个说明",
    line: `${unit}没有写明轻重，哪天能修复定不下来`,
    visual: windowPicture("ask"),
    rows: [
      webRow(records),
      heldRow(records),
      ["下一步", mark ? "异议正在办，您什么都不用做" : `请${unit}补写轻重`, mark ? null : "网上提，免费"],
    ],
    action: mark ? link("看进度", `#/cases/objections/${mark.caseId}`) : link("请单位补写", objectionTo(one, "class")),
  };
}

function lacking(records, unmet) {
  const one = unmet[0];
  const needs = waitsFor(one.repair).join("、");
  const ahead = one.repair.opensOn > today() ? one.repair.opensOn : null;
  return {
    tone: "warn",
    needs: "objection",
    picture: "round",
    word: `还缺${needs || "条件"}`,
    title: ahead ? `${near(ahead)}前补上就来得及` : "时间够了，只差记录",
    line: `${unitWords(one.sourceUnit)}，1条`,
    visual: ahead ? leaf(ahead, "最早") : windowPicture("list"),
    rows: [
      webRow(records),
      heldRow(records),
      ["能修复", ahead ? `最早${dateWords(ahead)}` : "补上记录就能申请", ahead ? distance(ahead) : null],
      ["下一步", "先把义务履行完"],
    ],
    action: link("已经履行，请单位补记", objectionTo(one, "duty")),
  };
}

function waiting(records, coming) {
  const one = coming[0];
  const days = daysBetween(today(), one.repair.opensOn);
  return {
    tone: "wait",
    word: "只差时间",
    title: `再等${days}天`,
    line: `${near(one.repair.opensOn)}（${weekdayWords(one.repair.opensOn)}）起能申请修复`,
    visual: leaf(one.repair.opensOn, weekdayWords(one.repair.opensOn)),
    rows: [
      webRow(records),
      heldRow(records),
      ["能修复", `${dateWords(one.repair.opensOn)}起`, `再等${days}天`],
      ["下一步", "等到那天申请，免费"],
    ],
    record: one,
    action: link("看这条记录", `#/records/${one.id}`),
    foot: "到那天早上，“消息”里告诉您",
  };
}

function calm(report) {
  const all = allRecords(report).filter((one) => one.standing === "standing");
  const good = all.filter((one) => one.section === "commendation").length;
  return {
    tone: "good",
    word: "没有要办的事",
    title: "一切正常",
    line: "没有会影响您的记录",
    visual: windowPicture("calm"),
    reportTitle: "没有处罚记录",
    reportWord: "一切正常",
    reportLine: "也没有列入名单",
    rows: [
      [
        "有什么",
        good ? `${good}条表彰、志愿、捐赠` : all.length ? `只有身份、许可等${all.length}条基本信息` : "还没有记录",
      ],
      ["查到哪天", `今天 ${near(today())}`],
      ["下一步", "不用做什么", "有变化当天告诉您"],
    ],
    action: link("看报告", "#/report"),
    foot: `${near(today())}核对过，有变化当天告诉您`,
  };
}

// What a resident is asked to do comes before all that others do for them.
const yourTurn = ({ kind, one, title, about }) => ({
  tone: "warn",
  picture: "pen",
  word: "等您办",
  title: one.ask,
  line: `${title} · ${unitWords(about)}`,
  action: link("现在去办", `#/cases/${kind}/${one.id}`),
});

// The one case of all that are under way which is due first.
function inHand({ kind, one, title, next }) {
  const isLate = next.isLate;
  return {
    tone: isLate ? "bad" : "wait",
    picture: isLate ? "warn" : "clock",
    word: isLate ? "该催了" : `等${unitWords(next.owedBy)}`,
    title: isLate ? "单位超期了" : `${title}正在办`,
    line: isLate
      ? `本该${near(next.due.on)}前办完`
      : `最晚${near(next.due.on)}（${weekdayWords(next.due.on)}）${next.title}`,
    visual: ring(next.left ?? 0, next.elapsed),
    action: link(isLate ? "去催一催" : "看进度", `#/cases/${kind}/${one.id}`),
    foot: isLate ? workingDaysWords(next.left) : "您什么都不用做，有结果马上告诉您",
  };
}

// `cases` are {kind, one, title, about, next}, the most urgent first; `repairs` the resident's own. `own` are the records that stand against one.
export function standing(report, cases = [], repairs = []) {
  const own = allRecords(report).filter(isBad);
  const shown = own.map((record) => [record, stand(record, repairs)]);
  const of = (fits) => shown.filter(([record, found]) => fits(record, found)).map(([record]) => record);
  const asked = cases.find(({ one }) => one.ask);
  const late = cases.find((one) => one.next?.isLate);
  const listed = own.filter(isListed);
  const open = of((_, found) => found?.tone === "good");
  const unknown = own.filter(isUnknown);
  const coming = byWhatCanBeDone(of((_, found) => found?.isWaiting));
  const unmet = byWhatCanBeDone(own.filter((one) => one.repair?.state === "unmet" && !isListed(one)));
  const first = cases.find((one) => one.next);
  const filed = of((_, found) => found?.word === "修复正在办");
  const head = listed.length
    ? severe(own, listed)
    : open.length
      ? openNow(own, open)
      : unknown.length
        ? unknownClass(own, unknown)
        : unmet.length
          ? lacking(own, unmet)
          : coming.length
            ? waiting(own, coming)
            : filed.length
              ? {
                  tone: "wait",
                  word: "修复正在办",
                  title: "等单位答复",
                  line: nameOf(filed[0]),
                  visual: windowPicture("list"),
                  rows: [webRow(own), ["下一步", stand(filed[0], repairs).ask ?? "您什么都不用做"]],
                  action: link("看进度", stand(filed[0], repairs).href),
                }
              : own.length
                ? {
                    tone: "none",
                    word: "没有能办的",
                    title: `${own.length}条处罚记录`,
                    line: "现在不能申请修复",
                    visual: windowPicture("none"),
                    rows: [webRow(own), heldRow(own), ["下一步", "不用做什么"]],
                    action: link("看报告", "#/report"),
                  }
                : calm(report);
  const home = asked
    ? yourTurn(asked)
    : late
      ? inHand(late)
      : ["bad", "open"].includes(head.tone) || !first || (head.tone === "warn" && !underObjection(unknown[0] ?? {}))
        ? head
        : inHand(first);
  return { head, home, own, listed, seen: seenRow(own.length ? own : allRecords(report)) };
}

// The head of the report: the same state, titled by what stands there.
export function reportHead({ head, own, listed, seen }) {
  const count = listed.length ? head.title : `${own.length}条处罚记录`;
  return {
    ...head,
    rows: [...head.rows.slice(0, -1), seen, head.rows.at(-1)],
    tone: head.tone === "open" ? "good" : head.tone,
    word: head.reportWord ?? head.word,
    title: own.length ? count : head.reportTitle,
    line: own.length ? (["warn", "bad"].includes(head.tone) ? head.line : null) : head.reportLine,
    visual: own.length ? (head.tone === "wait" ? head.visual : null) : head.visual,
    action: own.length ? (head.reportAction ?? head.action) : null,
    foot: null,
  };
}
