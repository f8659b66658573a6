import { h } from "../dom.js";
import { elderQuestion } from "../elder.js";
import { loadReport } from "../me.js";
import { download } from "../paper.js";
import { byWhatCanBeDone, recordsList } from "../records.js";
import { again } from "../router.js";
import { button, card, empty, facts, link, note, unfold } from "../ui.js";
import { dateWords, distance, stampWords } from "../words.js";

const ORDER = ["dishonesty", "commendation", "other", "declaration", "pledge", "basic", "stopped"];
const NONE = {
  dishonesty: "没有失信信息。",
  commendation: "没有表彰奖励等信息。",
  other: "没有其他信息。",
  basic: "没有登记、资质等基础信息。",
  declaration: "没有自己申报的信息。",
  pledge: "没有信用承诺。",
};

// Ten seconds: what stands there, what can be done, from which day.
function summary({ summary: sum, sections }) {
  const open = sections
    .flatMap((one) => one.records)
    .filter((one) => one.repair?.state === "open" && one.standing === "standing");
  return h(
    "section.card.summary",
    {},
    h(
      "h2",
      {},
      sum.dishonesty
        ? h("span", {}, "有 ", h("b", {}, sum.dishonesty), " 条失信信息正在披露")
        : "没有正在披露的失信信息",
    ),
    h(
      "ul.bullets",
      {},
      sum.canRepairNow ? h("li", {}, h("strong", {}, `${sum.canRepairNow} 条现在就可以申请修复`), "，免费。") : null,
      sum.nextOpensOn
        ? h(
            "li",
            {},
            sum.canRepairNow ? "下一条 " : "最早 ",
            h("strong", {}, dateWords(sum.nextOpensOn)),
            " 起可以申请修复",
            `（${distance(sum.nextOpensOn)}）。`,
          )
        : null,
      sum.marked ? h("li", {}, `${sum.marked} 条带着标注，正在处理。`) : null,
      sum.commendations ? h("li", {}, `有 ${sum.commendations} 条表彰、志愿、捐赠等信息。`) : null,
      !sum.dishonesty && !sum.commendations ? h("li", {}, sum.text) : null,
    ),
    open.length
      ? link(`申请修复（${open.length} 条）`, open.length === 1 ? `#/do/repair?record=${open[0].id}` : "#/do/repair")
      : null,
  );
}

export async function show() {
  const { report, keptAt } = await loadReport();
  const sections = [...report.sections].sort((a, b) => ORDER.indexOf(a.section) - ORDER.indexOf(b.section));
  return {
    title: "信用报告",
    body: [
      keptAt ? note("warn", `这是 ${stampWords(keptAt)} 存下的报告，现在连不上网络，可能已有变化。`) : null,
      await elderQuestion(),
      summary(report),
      sections.map((section) =>
        section.records.length
          ? h(
              "section.section",
              {},
              h("h2", {}, section.title),
              section.note ? h("p.none", {}, section.note) : null,
              recordsList(section.section === "dishonesty" ? byWhatCanBeDone(section.records) : section.records),
            )
          : h(
              "section.section",
              {},
              h("h2", {}, section.title),
              h("p.none", {}, NONE[section.section] ?? "没有信息。"),
            ),
      ),
      sections.length ? null : empty("没有记录", "现在没有关于您的公共信用信息。"),
      card(
        "关于这份报告",
        facts([
          ["姓名", report.name],
          [report.documentKind, report.documentNumber],
          ["生成时间", stampWords(report.issuedAt)],
        ]),
        (report.notes ?? []).length
          ? unfold(
              "说明",
              h(
                "ul.bullets",
                {},
                report.notes.map((text) => h("li", {}, text)),
              ),
            )
          : null,
        keptAt
          ? button("重新取最新的", again, "quiet")
          : button("下载 PDF 报告", () => download("/me/report.pdf", "信用报告.pdf"), "quiet"),
      ),
      note("info", "觉得哪一条不对，可以打开那一条“提出异议”。处理期间会加标注。"),
    ],
  };
}
