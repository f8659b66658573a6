// One record of the report: what it says, how one stands, and what can be done.

import { api, Offline } from "../api.js";
import { dueWords, fieldWords, remediesList } from "../cases.js";
import { phoneRow } from "../centres.js";
import { conditionsList, isDutyAwaited, metWords, whatIf } from "../conditions.js";
import { h } from "../dom.js";
import { leaf } from "../drawings.js";
import { letterLink } from "../flows/letter.js";
import { form } from "../forms.js";
import { helping } from "../helping.js";
import { allRecords, keptWords, loadReport } from "../me.js";
import {
  actionRows,
  axisOf,
  burdens,
  incentives,
  isBad,
  isSooner,
  kindOf,
  marksOf,
  measureCells,
  nameOf,
  periods,
  SOONER,
  stand,
  waitsFor,
  webEnds,
} from "../records.js";
import { remindRow } from "../reminders.js";
import { go, here } from "../router.js";
import { place } from "../served.js";
import { statusCard } from "../standing.js";
import { button, card, cell, citation, facts, fold, folds, link, note, section, sheet, state, toast } from "../ui.js";
import { ownRepairs, soft } from "../underway.js";
import {
  dateWords,
  daysBetween,
  isVerified,
  itemWords,
  near,
  PUBLIC_ATTRIBUTE,
  stampWords,
  today,
  unitWords,
  weekdayWords,
} from "../words.js";

async function find(id) {
  try {
    return { record: await api.get(`/me/records/${encodeURIComponent(id)}`), keptAt: null };
  } catch (fault) {
    if (!(fault instanceof Offline)) throw fault;
    const { report, ...kept } = await loadReport();
    const record = allRecords(report).find((one) => one.id === id);
    if (!record) throw fault;
    return { record, ...kept };
  }
}

async function writeStatement(record) {
  const path = `/me/records/${encodeURIComponent(record.id)}/statement`;
  const done = await sheet("写本人说明", (close) => [
    h("p", {}, "您的话会放在这条记录旁边，标明“本人陈述，未经核验”。"),
    form(
      [
        {
          name: "text",
          kind: "text",
          rows: 4,
          max: 200,
          least_length: 2,
          label: "本人说明",
          required: true,
          value: record.statement ?? "",
        },
      ],
      "保存",
      async ({ text }) => {
        await api.post(path, { text: text.trim() });
        close("已保存");
      },
    ),
    record.statement
      ? button(
          "撤下说明",
          async () => {
            await api.delete(path);
            close("已撤下");
          },
          "danger",
        )
      : null,
  ]);
  if (done) toast(done);
  // The screen again, which asks for nothing when one comes back; unless one has gone elsewhere.
  if ("statement" in here().query) go(`#/records/${record.id}`, { replace: true });
}

// The countdown: how long, from which day, and the picture of it.
function countdown(record, found, hasReminder) {
  const { repair } = record;
  const most = webEnds(record);
  const opens = repair.opensOn;
  const figure = (big, small) => h("p.figure", {}, big, small ? h("small", {}, ` ${small}`) : null);
  const tops = {
    open: () => [
      state("good", "条件都齐了"),
      h("p.figure", {}, opens === today() ? "今天" : "现在"),
      h("p", {}, `${opens === today() ? "起" : ""}能申请修复，免费`),
    ],
    opens: () => [
      state("wait", "再等"),
      figure(String(daysBetween(today(), opens)), "天"),
      h("p", {}, h("strong", {}, `${dateWords(opens)}（${weekdayWords(opens)}）`), "起能申请修复"),
    ],
    unmet: () => [
      state("warn", found.word, "round"),
      opens > today()
        ? [
            figure(String(daysBetween(today(), opens)), "天后"),
            h("p", {}, "最早", h("strong", {}, dateWords(opens)), "，补上记录才能申请"),
          ]
        : [figure("时间够了"), h("p", {}, "补上记录就能申请修复")],
    ],
    unknown: () => [state("warn", "日子还算不出"), h("p.figure", {}, "还差一个说明"), h("p", {}, found.sub)],
    closed: () => [state("none", found.word), h("p", {}, found.sub)],
  };
  const tone = { open: "good", opens: "wait", unmet: "warn", unknown: "warn" }[repair.state] ?? "none";
  const words = {
    open: most > today() ? `不急，${dateWords(most)}前哪天都行。` : null,
    opens: most ? `${near(opens)}到${near(most)}，哪天申请都行。${near(most)}以后网上自动看不到。` : null,
    unmet: most
      ? most > today()
        ? `${dateWords(most)}以后网上自动看不到。`
        : `网上${dateWords(most)}已经到期。`
      : null,
    unknown: isSooner(record) ? `网上最晚到${dateWords(most)}，${SOONER}。` : null,
  }[repair.state];
  return h(
    "section.split",
    {},
    h(
      `div.split-top.${tone}`,
      {},
      h(
        "div.status-head",
        {},
        tops[repair.state](),
        repair.state === "open" ? h("div.visual", {}, leaf(today(), weekdayWords(today()))) : null,
      ),
    ),
    most ? h("div.split-body", {}, axisOf(record), words ? h("p", {}, words) : null) : null,
    repair.state === "opens" && hasReminder ? [h("div.line"), remindRow(record)] : null,
  );
}

const measured = (title, measures) => (measures.length ? section(title, null, measureCells(measures)) : null);

// Market information: the unit's proof that its person agreed, or that there is none.
const agreed = ({ consent }) => {
  if (!consent) return null;
  return section(
    "您的同意",
    null,
    card(
      null,
      consent.exemptBy
        ? note("info", `单位写明：依照${consent.exemptBy}，不用您同意。`)
        : consent.isProven
          ? facts([
              ["同意日期", dateWords(consent.on)],
              ["授权书", consent.proof],
              ["约定用途", consent.purpose],
              ["收入等信息", consent.isWarned ? "单位说已告知不利后果，您书面同意过" : null],
            ])
          : note("warn", "没有看到您同意采集的证明。没有同意过的，可以提出异议，理由选“没有经本人同意采集”。"),
      h("p.small-text", {}, "市场信用信息：不公示、不共享，只有您勾选授权的人看得到。"),
      citation(consent.source),
    ),
  );
};

// What can be asked in writing of the unit that decided, or said against a record that a company's conduct put here.
const letterRows = (record) =>
  ["declaration", "pledge"].includes(record.section)
    ? []
    : [
        isBad(record)
          ? cell({ label: "向认定单位询问类别、文书", picture: "send", href: letterLink("question", record.id) })
          : null,
        record.derivedFrom
          ? cell({ label: "不是我的责任", picture: "send", href: letterLink("responsibility", record.id) })
          : null,
      ];

// What the law wants told with a new record and a measure: facts, basis, reasons, rights, remedies.
function told(telling) {
  const part = (title, rows) => (Object.keys(rows).length ? [h("h3", {}, title), facts(Object.entries(rows))] : null);
  return fold(
    "告知：事实、依据、权利和救济",
    "bell",
    part("事实", telling.facts),
    part("依据", telling.basis),
    part("理由", telling.reasons),
    telling.lacks.map((line) => h("p.small-text", {}, line)),
    telling.measures.length
      ? [
          h("h3", {}, "采取的措施"),
          h(
            "ul.bullets",
            {},
            telling.measures.map((one) => h("li", {}, one)),
          ),
        ]
      : null,
    h("h3", {}, "您的权利"),
    h(
      "ul.bullets",
      {},
      telling.rights.map((one) => h("li", {}, one.title, one.sources.map(citation))),
    ),
    h("h3", {}, "不服的，可以"),
    remediesList(telling.remedies),
    h("p.small-text", {}, telling.counted),
  );
}

// What to do where something has to come from a unit first.
function askUnit(record) {
  if (!helping.may("objection")) return null;
  if (record.repair?.state === "unknown" && !record.marks?.length)
    return link("向认定单位询问类别", letterLink("question", record.id));
  if (record.publicity?.difference)
    return link("两个公示截止期不一致，问认定单位", letterLink("question", record.id), "quiet");
  if (record.repair?.state === "unmet" && waitsFor(record.repair).length)
    return link("已经履行？请单位补记", `#/do/objection?record=${record.id}&about=duty`, "quiet");
  return null;
}

export async function show({ params, query }) {
  const [{ record, keptAt, stays }, repairs, telling] = await Promise.all([
    find(params.id),
    ownRepairs(),
    soft(() => api.get(`/me/records/${encodeURIComponent(params.id)}/telling`), null),
  ]);
  const items = itemWords(record.items);
  const found = stand(record, repairs);
  const isAgainst = isBad(record) && record.repair;
  const isFiled = found?.word === "修复正在办";
  const named = isAgainst && record.repair.opensOn && ["open", "opens"].includes(record.repair.state);
  return {
    title: "记录",
    shown: () => {
      if ("statement" in query) writeStatement(record);
    },
    body: [
      keptAt ? note("warn", keptWords({ keptAt, stays }, "内容")) : null,
      h(
        "div.title-block",
        {},
        h(
          "p.small-text",
          {},
          [kindOf(record), unitWords(record.sourceUnit), dateWords(record.decidedOn)].filter(Boolean).join(" · "),
        ),
        h("h1", { tabindex: "-1" }, nameOf(record)),
        h("div.badges", {}, marksOf(record)),
      ),
      isFiled
        ? statusCard({
            ...found,
            title: found.sub,
            line: found.ask ?? "您什么都不用做，有结果马上告诉您",
            action: link(found.label, found.href),
          })
        : isAgainst
          ? countdown(record, found, !keptAt)
          : null,
      isAgainst ? askUnit(record) : null,
      isAgainst ? section("条件", metWords(record.repair), h("div.card", {}, conditionsList(record.repair))) : null,
      isAgainst && !keptAt && isDutyAwaited(record) ? whatIf(record) : null,
      measured("因此受到的限制", burdens(record)),
      measured("因此得到的便利", incentives(record)),
      record.statement
        ? card("本人说明", h("p", {}, record.statement), h("p.small-text", {}, "本人陈述，未经核验"))
        : null,
      isAgainst ? null : card("记录内容", facts(items)),
      agreed(record),
      folds(
        record.publicity || record.disclosurePeriod
          ? fold(
              named ? `为什么是${near(record.repair.opensOn)}` : "两个期限怎么算的",
              "book",
              record.repair ? h("p", {}, record.repair.why) : null,
              periods(record),
            )
          : null,
        fold(
          "记录原文和文号",
          "file",
          facts([
            ["来源单位", record.sourceUnit],
            ["地区", place(record.jurisdiction)],
            ["文书日期", dateWords(record.decidedOn)],
            ["收到时间", stampWords(record.receivedAt)],
            ["文书", record.documentType],
            ["行为终止", dateWords(record.endedOn)],
            ["义务履行", dateWords(record.dutyPerformedOn)],
            ["来自单位", record.derivedFrom],
            ...(isAgainst ? items : []),
          ]),
        ),
        (record.changes ?? []).length
          ? fold(
              `变过${record.changes.length}次`,
              "pen",
              h(
                "ol.steps",
                {},
                [...record.changes]
                  .reverse()
                  .map((one) =>
                    h(
                      "li",
                      {},
                      h("strong", {}, one.reason),
                      h("small", {}, `${stampWords(one.at)} · ${one.unit}`),
                      one.fields?.length ? h("small", {}, `改动：${fieldWords(one.fields)}`) : null,
                    ),
                  ),
              ),
            )
          : null,
        (record.copies ?? []).length
          ? fold(
              `共享给了${record.copies.length}个系统`,
              "share",
              h(
                "ul.bullets",
                {},
                record.copies.map((one) =>
                  h(
                    "li",
                    {},
                    `${one.system}（${stampWords(one.sharedAt)}）`,
                    one.acknowledgedAt ? "，已同步最新情况" : one.due ? ["，最晚", dueWords(one.due), "同步"] : "",
                  ),
                ),
              ),
            )
          : null,
        record.catalogue
          ? fold(
              "为什么会记录",
              "info",
              facts([
                ["名称", record.catalogue.title],
                ["行为", record.catalogue.conduct],
                ["谁能看", PUBLIC_ATTRIBUTE[record.catalogue.publicAttribute]],
                [
                  "公开的依据",
                  record.catalogue.publicSource
                    ? `${record.catalogue.publicSource.label}${isVerified(record.catalogue.publicCertainty) ? "" : "（推断：看到的原文没有写自然人的也公开）"}`
                    : null,
                ],
                ["共享范围", record.catalogue.shareScope],
                ["来源和渠道", record.catalogue.sourceAndChannel],
                ["更新频率", record.catalogue.updateFrequency],
                ["全国基础目录", record.isMarket ? null : record.catalogue.edition],
              ]),
              citation(record.catalogue.source),
            )
          : null,
        telling ? told(telling) : null,
        keptAt ? null : letterRows(record),
        keptAt ? null : actionRows(record),
      ),
      phoneRow(undefined, record.jurisdiction),
      isAgainst && found?.href && !isFiled && !keptAt ? h("div.dock", {}, link("申请修复", found.href)) : null,
    ],
  };
}
