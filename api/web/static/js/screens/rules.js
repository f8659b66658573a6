import { h } from "../dom.js";
import { api } from "../api.js";
import { badge, card, citation, unfold } from "../ui.js";
import { dateWords, PLACES, shortDate } from "../words.js";

const UNITS = { working_days: "个工作日", months: "个月", years: "年", days: "天" };
const worded = (rule) => {
  if (rule.value === true) return "是";
  if (rule.value === false) return "否";
  if (Array.isArray(rule.value)) return rule.value.join("、");
  return `${rule.value}${UNITS[rule.unit] ?? ""}`;
};

export async function show() {
  const rules = await api.get("/rules");
  const by = Object.groupBy ? Object.groupBy(rules, (rule) => rule.jurisdiction) : rules.reduce((all, rule) => ({ ...all, [rule.jurisdiction]: [...(all[rule.jurisdiction] ?? []), rule] }), {});
  return {
    title: "期限和依据",
    body: [h("p", {}, "小窗里出现的每个期限和数字都列在这里：是多少、依据哪一条、有没有核实。"),
      Object.entries(by).map(([id, list]) => card(PLACES[id] ?? id, list.map((rule) => unfold(h("span", {}, rule.title, "：", h("strong", {}, worded(rule)), " ",
        rule.certainty.isVerified ? null : badge("warn", rule.certainty.label)),
      h("p", {}, `${dateWords(rule.since)}起`, rule.until ? `至${shortDate(rule.until)}` : "", "。", rule.note), citation(rule.source)))))],
  };
}
