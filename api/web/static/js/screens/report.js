import { api } from "../api.js";
import { phoneRow } from "../centres.js";
import { h, icon } from "../dom.js";
import { yearStrip } from "../drawings.js";
import { elderQuestion } from "../elder.js";
import { helping } from "../helping.js";
import { allRecords, keptWords, loadReport } from "../me.js";
import { download } from "../paper.js";
import { prefs } from "../prefs.js";
import {
  burdens,
  byWhatCanBeDone,
  heldWords,
  incentives,
  isBad,
  isListed,
  isUnknown,
  measureCells,
  nameOf,
  recordCards,
  recordRows,
  webEnds,
  webWords,
} from "../records.js";
import { learnBooked, remindButton } from "../reminders.js";
import { again } from "../router.js";
import { place } from "../served.js";
import { reportHead, standing, statusCard } from "../standing.js";
import { badge, button, cell, cells, citation, empty, fold, folds, note, section, toast } from "../ui.js";
import { allCases, isOpen, soft } from "../underway.js";
import { dateWords, RECORD_CLASS, stampWords, today, unitWords } from "../words.js";

const MORE = {
  commendation: ["表彰、志愿、捐赠", "heart"],
  other: ["其他信息", "file"],
  pledge: ["信用承诺", "pen"],
  declaration: ["自己申报的（未经核验）", "file"],
  basic: ["身份、许可资质", "card"],
  stopped: ["已经停止公开的", "minus"],
};

const BARS = [
  ["web", "网上看得到"],
  ["held", "报告里还有"],
  ["dashed", "还算不出"],
];

const strip = (records) => {
  if (prefs.elder) return null;
  const rows = records.map((one) => ({
    web: webEnds(one),
    held: one.disclosurePeriod?.endsOn ?? null,
    from: one.decidedOn ?? one.endedOn ?? today(),
  }));
  const drawn = yearStrip(rows);
  const explained = BARS.filter(([name]) => drawn.querySelector(`.${name}`));
  return section(
    "到哪年为止",
    null,
    h(
      "div.card",
      {},
      drawn,
      h(
        "p.legend",
        { "aria-hidden": "true" },
        explained.map(([name, words]) => h("span", {}, h(`i.${name}`), words)),
      ),
      h(
        "ol.sr",
        {},
        records.map((one) => h("li", {}, `${nameOf(one)}：网上：${webWords(one)}；报告里：${heldWords(one)}`)),
      ),
    ),
  );
};

// What each class would mean, asked of the server and never guessed: only a unit can state it.
async function classes(records) {
  const one = records.find(isUnknown);
  if (!one) return null;
  const path = `/me/records/${encodeURIComponent(one.id)}/what-if?dutyPerformedOn=${one.dutyPerformedOn ?? today()}`;
  const asked = Object.entries(RECORD_CLASS).map(async ([name, label]) => [
    label,
    await soft(() => api.get(`${path}&recordClass=${name}`), null),
  ]);
  const then = (await Promise.all(asked)).filter(([, found]) => found);
  if (!then.length) return null;
  return section(
    "补写以后会怎样",
    null,
    cells(
      null,
      then.map(([label, found]) => {
        const opens = found.repair.opensOn;
        const least = found.publicity?.minimumEndsOn;
        return cell({
          label: `如果写“${label}”`,
          text: least ? `最短公示到${dateWords(least)}` : "没有最短公示期",
          value: !opens ? found.repair.why : opens <= today() ? "随时" : `${dateWords(opens)}起`,
        });
      }),
    ),
    h(
      "p.small-text",
      {},
      `轻重由${unitWords(one.sourceUnit)}定，小窗不猜。这里按${one.dutyPerformedOn ? "登记的履行日" : "今天就履行完"}算，让您心里有数。`,
    ),
  );
}

const get = (label, kind = "quiet") => {
  const node = button(label, () => download("/me/report.pdf", "信用报告.pdf"), kind);
  node.prepend(icon("load"));
  return node;
};

// The incentives that units say they give, and what the place's regulation lists: asked of the data, each with its article.
function easing(eased, places, lists) {
  if (!eased.length && !lists.length) return null;
  return section(
    "守信激励",
    eased.length ? `${eased.length}项` : null,
    eased.length ? measureCells(eased, "heart") : h("p.small-text", {}, "还没有单位报来正在给您的激励。"),
    folds(
      lists.map((list, index) =>
        fold(
          `${place(places[index])}的条例列了哪些`,
          "heart",
          h("p.small-text", {}, "由机关决定给谁，不用花钱申请。"),
          h(
            "ul.bullets",
            {},
            list
              .filter((one) => one.kind === "incentive" && one.jurisdiction === places[index])
              .map((one) =>
                h(
                  "li",
                  {},
                  one.title,
                  one.certainty.isVerified ? null : badge("warn", one.certainty.label),
                  one.note ? h("small", {}, one.note) : null,
                  citation(one.source),
                ),
              ),
          ),
        ),
      ),
    ),
  );
}

export async function show() {
  const [found, cases, asked] = await Promise.all([loadReport(), allCases(), elderQuestion()]);
  const { report, keptAt } = found;
  const repairs = cases.filter(({ kind }) => kind === "repairs").map(({ one }) => one);
  const stands = standing(report, cases.filter(isOpen), repairs);
  const own = byWhatCanBeDone(stands.own);
  const head = reportHead(stands);
  if (head.needs && !helping.may(head.needs)) head.action = null;
  const more = report.sections
    .map((one) => [one, one.records.filter((record) => !isBad(record))])
    .filter(([, records]) => records.length);
  const listed = own.filter(isListed);
  const [ahead] = keptAt ? [] : await Promise.all([classes(own), learnBooked(own)]);
  const measures = listed.flatMap(burdens);
  const eased = allRecords(report).flatMap(incentives);
  const places = [...new Set(allRecords(report).map((one) => one.jurisdiction))].sort();
  const lists = keptAt
    ? []
    : await soft(() => Promise.all(places.map((id) => api.get(`/measures?jurisdiction=${id}`))), []);
  return {
    title: helping.now ? `${helping.now.resident}的报告` : "我的报告",
    action:
      keptAt || helping.now
        ? null
        : h(
            "button.bar-button",
            {
              onclick: () =>
                download("/me/report.pdf", "信用报告.pdf").catch((fault) =>
                  toast(fault.detail ?? "没有下载成功", { seconds: 5 }),
                ),
            },
            icon("load", { class: "icon s" }),
            h("span", {}, "下载"),
          ),
    body: [
      keptAt ? note("warn", keptWords(found, "报告")) : null,
      asked,
      statusCard({ ...head, action: head.action ?? (helping.now ? null : get("下载报告（PDF）", "")) }),
      own.length
        ? section(
            listed.length ? "名单和处罚" : "处罚记录",
            `${own.length}条`,
            recordCards(own, repairs, keptAt ? null : (record) => remindButton(record)),
          )
        : null,
      measures.length ? section("现在受到的限制", null, measureCells(measures)) : null,
      easing(eased, places, lists),
      ahead,
      own.length ? strip(own) : null,
      more.length
        ? section(
            own.length ? "其他" : "都有什么",
            null,
            folds(
              more.map(([one, records]) => {
                const [label, picture] = MORE[one.section] ?? [one.title, "file"];
                const node = fold(
                  label,
                  picture,
                  one.note ? h("p.small-text", {}, one.note) : null,
                  cells(null, recordRows(records)),
                );
                node.querySelector("summary span").after(h("b", {}, String(records.length)));
                if (!own.length && one.section === "commendation") node.open = true;
                return node;
              }),
            ),
          )
        : own.length
          ? null
          : empty("没有记录", `现在没有关于${helping.now?.resident ?? "您"}的公共信用信息。`),
      own.length || helping.now
        ? null
        : section(
            "还可以",
            null,
            cells(
              null,
              cell({
                label: "自己补充好事",
                text: "志愿、捐赠，标明“本人申报”",
                href: "#/do/declaration",
                picture: "plus",
                tone: "good",
              }),
              cell({
                label: "给别人看一次",
                text: "租房、应聘用，随时收回",
                href: "#/do/grant",
                picture: "key",
                tone: "good",
              }),
            ),
          ),
      phoneRow(own.length ? "看不懂、不会办，都可以问" : undefined),
      h(
        "p.small-text",
        {},
        [
          report.name,
          report.documentNumber ? `${report.documentKind} ${report.documentNumber}` : null,
          `${stampWords(report.issuedAt)}生成`,
        ]
          .filter(Boolean)
          .join(" · "),
      ),
      keptAt ? button("重新取最新的", again, "quiet") : head.action && !helping.now ? get("下载报告（PDF）") : null,
      folds(
        fold(
          "怎么看这份报告",
          "book",
          h(
            "ul.bullets",
            {},
            (report.notes ?? []).map((text) => h("li", {}, text)),
          ),
        ),
      ),
      h("p.small-text", {}, "有一条不对？打开它，点“提异议”。"),
    ],
  };
}
