// The record that an errand is about: given with the link, or chosen from the report.

import { api, query as search } from "../api.js";
import { walkOf } from "../case/head.js";
import { choice } from "../forms.js";
import { allRecords, loadReport } from "../me.js";
import { kindOf, nameOf } from "../records.js";
import { place, served } from "../served.js";
import { cell, cells, citation, emptyOf, link, section } from "../ui.js";
import { addDays, dateWords, today, unitWords } from "../words.js";

export const eachPlace = async (read) =>
  Object.fromEntries(await Promise.all(served.map(async (place) => [place, await read(place)])));

// The public units of a place.
export async function unitsOf(place) {
  const units = [];
  let cursor = null;
  do {
    const page = await api.get(`/me/pledges/recipients${search({ jurisdiction: place, cursor, limit: 100 })}`);
    units.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return units;
}

// Which body is to deal with it.
export const addressee = (options) => choice("addressee", "受理单位", options, { short: "交给谁" });

// Until when, as so many days from today; `covers` is the field of the request that it fills.
export const until = (days, covers) =>
  choice(
    "days",
    "有效期",
    days.map((value) => ({
      value,
      label: value === 365 ? "一年" : `${value}天`,
      text: `到${dateWords(addDays(today(), value))}`,
    })),
    { covers: [covers] },
  );

export async function recordFor(query, fits, flow, words) {
  const { report } = await loadReport();
  const records = allRecords(report);
  if (query.record) {
    const record = records.find((one) => one.id === query.record);
    if (record) return { record, records };
  }
  const fitting = records.filter(fits);
  // A list of one is no choice; but what takes effect at once is not put before whoever comes back from having done another.
  const isBack = words.isFinal && history.state?.seen;
  if (!query.record && fitting.length === 1 && !isBack) return { record: fitting[0], records };
  const extra = new URLSearchParams(Object.entries(query).filter(([name]) => name !== "step" && name !== "record"));
  return {
    instead: fitting.length
      ? [
          section(
            words.which,
            null,
            cells(
              null,
              fitting.map((one) =>
                cell({
                  label: nameOf(one),
                  text: [kindOf(one), place(one.jurisdiction), unitWords(one.sourceUnit), dateWords(one.decidedOn)]
                    .filter(Boolean)
                    .join(" · "),
                  href: `#/do/${flow}?record=${one.id}${extra.size ? `&${extra}` : ""}`,
                }),
              ),
            ),
          ),
        ]
      : emptyOf("list", words.none, words.noneText, link("看信用报告", "#/report", "quiet")),
  };
}

// An objection, to a record or to what is missing.
export const doneLink = (reply) => `#/cases/objections/${reply.id}`;
export const received = (reply) => ({
  title: "异议已收到",
  at: reply.filedAt,
  number: reply.number,
  next: walkOf("objections", reply),
  more: reply.path?.length ? citation(reply.path.at(-1).due.citation) : null,
});
