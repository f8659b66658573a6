// Whether the unit answered in time: what it owed in the cases that it works, by month, and what is open.

import { api } from "../api.js";
import { h } from "../dom.js";
import { badge, card, empty, link } from "../ui.js";
import { stampWords } from "../words.js";
import { table, title } from "./parts.js";

const number = (count) => h("td.number", {}, String(count));
const monthWords = (month) => `${Number(month.slice(0, 4))}年${Number(month.slice(5))}月`;

const share = ({ onTime, late }) => (onTime + late ? `${Math.floor((100 * onTime) / (onTime + late))}%` : "—");

export async function draw() {
  const found = await api.get("/provider/figures");
  const heading = title("按期情况");
  if (!found.months.length && !found.open)
    return [heading, empty("还没有要答复的", "异议、修复、承诺等要本单位办的，办了几件、按期几件，都会数在这里。")];
  return [
    heading,
    card(
      "近12个月",
      h(
        "dl.unit-figures",
        {},
        h("div.new", {}, h("dt", {}, "按期"), h("dd", {}, `${found.onTime}件`)),
        h("div.refused", {}, h("dt", {}, "超期"), h("dd", {}, `${found.late}件`)),
        h("div", {}, h("dt", {}, "还没办"), h("dd", {}, `${found.open}件`)),
      ),
      found.openLate ? h("p", {}, badge("bad", `还没办的里有${found.openLate}件已经超期`)) : null,
      found.open ? link("去办", "#/owed", "quiet") : null,
    ),
    card(
      "按月",
      table(
        ["月份", "按期", "超期", "按期率"],
        found.months
          .toReversed()
          .map((one) => [monthWords(one.month), number(one.onTime), number(one.late), h("td.number", {}, share(one))]),
        "按月",
      ),
      h(
        "p.unit-small",
        {},
        `${stampWords(found.countedAt)}统计。一件事有几步，就数几件；到期那天办的算按期，过了那天还没办的也算超期，数在到期的那个月。`,
      ),
    ),
  ];
}
