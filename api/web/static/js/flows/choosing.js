// The record that an errand is about: given with the link, or chosen from the report.

import { h } from "../dom.js";
import { allRecords, loadReport } from "../me.js";
import { kindOf, nameOf } from "../records.js";
import { cell, cells, empty, link } from "../ui.js";
import { dateWords, place } from "../words.js";

export async function recordFor(query, fits, flow, words) {
  const { report } = await loadReport();
  const records = allRecords(report);
  if (query.record) {
    const record = records.find((one) => one.id === query.record);
    if (record) return { record, records };
  }
  const fitting = records.filter(fits);
  const extra = new URLSearchParams(Object.entries(query).filter(([name]) => name !== "step" && name !== "record"));
  return {
    instead: fitting.length
      ? [
          h("p", {}, words.which),
          cells(
            null,
            fitting.map((one) =>
              cell({
                label: nameOf(one),
                text: [kindOf(one), place(one.jurisdiction), one.sourceUnit, dateWords(one.decidedOn)]
                  .filter(Boolean)
                  .join(" · "),
                href: `#/do/${flow}?record=${one.id}${extra.size ? `&${extra}` : ""}`,
              }),
            ),
          ),
        ]
      : empty(words.none, words.noneText, link("看信用报告", "#/report", "quiet")),
  };
}
