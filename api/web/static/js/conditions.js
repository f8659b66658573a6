// The conditions of a repair, one by one: what is met, what only time is lacking for, and what somebody has to do;
// and what if the duty were performed on another day.

import { api, Offline, Problem } from "./api.js";
import { h, icon } from "./dom.js";
import { axisOf, certain, periods, repairLine } from "./records.js";
import { card, citation, note } from "./ui.js";
import { addDays, dateWords, today } from "./words.js";

const PLAIN = {
  minimum_publicity: "最短公示期满",
  duty_performed: "罚款等义务履行完",
  corrected: "问题改正了",
  pledge: "签信用承诺书",
  class_and_document: "单位写明了轻重",
};
const ORDER = ["met", "unmet", "time", "open"];

const DONE_LATER = { pledge: "申请时签", other: "单位来核对" };
// The day on which it is so or until which, not the one from which it is counted.
const day = (detail) => /[至到于](\d{4}年\d+月\d+日)/.exec(detail ?? "");

// Met, only time lacking, done when applying, or still lacking; the day of each at the right.
function condition(one) {
  const found = day(one.detail)?.[1];
  const side = found ? found.replace(`${today().slice(0, 4)}年`, "") : null;
  if (one.isMet === true) return ["met", "check", "已满足", side];
  if (one.name in DONE_LATER) return ["open", "round", "以后办", DONE_LATER[one.name]];
  if (one.name === "minimum_publicity" && one.isMet === false)
    return ["time", "clock", "只差时间", side ? `到${side}` : null];
  if (one.isMet === null && one.name !== "duty_performed" && one.name !== "class_and_document")
    return ["open", "round", "单位来核对"];
  return ["unmet", ...(one.isMet === false ? ["cross", "还不满足"] : ["ask", "缺记录"])];
}

// The conditions that matter to this person stand open; those that nearly everybody meets are folded.
const EVERYBODY = new Set([
  "covered",
  "not_repaired",
  "repairable",
  "not_barred",
  "within_disclosure",
  "severe_list",
  "class_and_document",
  "other",
]);

export function conditionsList(repair) {
  if (!repair?.conditions?.length) return null;
  const draw = (one) => {
    const [kind, picture, words, side] = condition(one);
    return h(
      `li.${kind}`,
      {},
      icon(picture),
      h("span", {}, PLAIN[one.name] ?? one.title, h("span.sr", {}, `（${words}）`)),
      side ? h("span.side", {}, side) : null,
      kind === "unmet" ? h("small", {}, one.detail) : null,
    );
  };
  const folded = repair.conditions.filter((one) => EVERYBODY.has(one.name) && condition(one)[0] !== "unmet");
  const shown = repair.conditions
    .filter((one) => !folded.includes(one))
    .sort((a, b) => ORDER.indexOf(condition(a)[0]) - ORDER.indexOf(condition(b)[0]));
  return [
    h("ul.conditions", {}, shown.map(draw)),
    h(
      "details.unfold",
      {},
      h("summary", {}, `另外${folded.length}项，和每条的依据`),
      h("ul.conditions", {}, folded.map(draw)),
      h(
        "ul.bullets",
        {},
        repair.conditions.map((one) =>
          h("li", {}, `${one.title}：${one.detail}`, certain(one.certainty), citation(one.citation)),
        ),
      ),
    ),
  ];
}

// How many of the conditions that stand open are met, and whether only time is lacking.
export function metWords(repair) {
  const open = repair.conditions.filter((one) => !EVERYBODY.has(one.name));
  const met = open.filter((one) => one.isMet === true).length;
  return `已齐${met}项${repair.state === "opens" ? "，只差时间" : ""}`;
}

// Another day can be asked for where the duty alone decides: without a class no day can be told, whenever it is performed.
export const isDutyAwaited = ({ dutyPerformedOn, repair }) =>
  !dutyPerformedOn &&
  ["unmet", "unknown"].includes(repair.state) &&
  repair.conditions.some((one) => one.name === "class_and_document" && one.isMet === true);

// Slide the day on which the duty is performed and see the dates move: asked of the server, never reckoned here.
export function whatIf(record) {
  const output = h("output.slider-date", {}, dateWords(today()));
  const room = h("div", { "aria-live": "polite" });
  let timer = 0;
  let asked = 0;
  const dayOf = (input) => addDays(today(), Number(input.value));
  const input = h("input", {
    type: "range",
    min: 0,
    max: 365,
    step: 1,
    value: 0,
    "aria-label": "假如在哪一天履行完义务",
    oninput: () => {
      output.textContent = dateWords(dayOf(input));
      input.setAttribute("aria-valuetext", dateWords(dayOf(input)));
      clearTimeout(timer);
      timer = setTimeout(ask, 250);
    },
  });
  const ask = async () => {
    asked += 1;
    const mine = asked;
    try {
      const then = await api.get(
        `/me/records/${encodeURIComponent(record.id)}/what-if?dutyPerformedOn=${dayOf(input)}`,
      );
      if (mine !== asked) return;
      const shown = { ...record, ...then, disclosurePeriod: then.disclosurePeriod };
      room.replaceChildren(
        repairLine(then.repair),
        axisOf(shown) ?? "",
        periods(shown),
        h("p.small-text", {}, then.assumption),
      );
    } catch (fault) {
      if (!(fault instanceof Problem || fault instanceof Offline)) throw fault;
      room.replaceChildren(note("warn", fault instanceof Problem ? fault.detail : "连不上网络，算不了。"));
    }
  };
  return card(
    "假如那天履行完义务",
    h("div.slider", {}, h("p", {}, "拖动选一天：假如 ", output, " 履行完罚款、改正等义务，日期会怎么变？"), input),
    room,
  );
}
