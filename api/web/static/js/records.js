// What a record says on the page, and what can be done with it today. Reads the wire; keeps no law of its own.

import { h } from "./dom.js";
import { clockList, timeline } from "./timeline.js";
import { badge, citation, link, note } from "./ui.js";
import { dateWords, distance, place, RECORD_CLASS, STANDING } from "./words.js";

export const clocksOf = (record) => ({
  decidedOn: record.decidedOn, endedOn: record.endedOn, publicity: record.publicity, disclosure: record.disclosurePeriod ?? record.disclosure,
  opensOn: record.repair?.opensOn,
});

export const MARKS = { objection: "异议处理中", reconsideration: "行政复议中", litigation: "诉讼中", withdrawal: "已请求撤回" };

export const marksOf = (record) => {
  const marks = (record.marks ?? []).map((mark) => badge("info", mark.title ?? MARKS[mark.kind] ?? "有标注"));
  const standing = record.standing && record.standing !== "standing" ? badge("good", STANDING[record.standing] ?? record.standing) : null;
  const kind = record.recordClass ? badge(record.recordClass === "serious" ? "bad" : "plain", `${RECORD_CLASS[record.recordClass] ?? record.recordClass}`) : null;
  const own = record.section === "declaration" ? badge("plain", "本人申报，未经核验") : null;
  return [standing, ...marks, kind, own].filter(Boolean);
};

export function repairLine(repair) {
  if (!repair) return null;
  if (repair.state === "open") return note("good", h("strong", {}, "现在可以申请修复"), "，免费。");
  if (repair.state === "opens") return note("info", h("strong", {}, `${dateWords(repair.opensOn)}起可以申请修复`), `（${distance(repair.opensOn)}）`);
  return note("warn", h("strong", {}, "修复日期现在算不出来："), repair.why ?? "");
}

export const clocksDrawn = (record) => {
  const clocks = clocksOf(record);
  if (!clocks.publicity && !clocks.disclosure) return null;
  return h("figure.clocks", {}, timeline(clocks), h("figcaption", {}, clockList(clocks)));
};

// The buttons that work today; for the rest the day or the reason.
export function actionsOf(record) {
  const given = record.actions ?? record.links ?? [];
  const now = given.filter((one) => one.isPossible ?? one.possible ?? one.isOpen ?? true);
  const later = given.filter((one) => !(one.isPossible ?? one.possible ?? one.isOpen ?? true));
  return [
    now.length ? h("div.row", {}, now.map((one) => link(one.label, `#/do/${one.flow}?record=${record.id}`, "small"))) : null,
    later.map((one) => h("p.later", {}, `${one.label}：`, one.opensOn ? `${dateWords(one.opensOn)}起可以办。` : "", one.why ?? one.reason ?? "", " ", citation(one.citation))),
  ];
}

export function recordCard(record) {
  return h("article.card.record", {},
    h("h3", {}, h("a", { href: `#/records/${record.id}` }, record.title)),
    h("div.badges", {}, marksOf(record)),
    h("p.small-text", {}, `${place(record.jurisdiction)} · ${record.sourceUnit}`, record.decidedOn ? ` · ${dateWords(record.decidedOn)}` : ""),
    record.section === "dishonesty" && record.standing === "standing" ? [repairLine(record.repair), clocksDrawn(record)] : null,
    actionsOf(record));
}
