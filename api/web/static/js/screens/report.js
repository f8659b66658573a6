import { h } from "../dom.js";
import { api } from "../api.js";
import { allRecords, loadReport } from "../me.js";
import { recordCard } from "../records.js";
import { again } from "../router.js";
import { button, card, empty, link, note, unfold } from "../ui.js";
import { dateWords, stampWords } from "../words.js";

const ORDER = ["dishonesty", "commendation", "other", "basic", "declaration", "pledge"];
const NONE = {
  dishonesty: "没有失信信息。", commendation: "没有表彰奖励等信息。", other: "没有其他信息。", basic: "没有登记、资质等基础信息。",
  declaration: "没有自己申报的信息。", pledge: "没有信用承诺。",
};

// Ten seconds: what stands there, what can be done, from which day.
function summary(report) {
  const records = allRecords(report);
  const standing = records.filter((one) => one.section === "dishonesty" && one.standing === "standing");
  const open = standing.filter((one) => one.repair?.state === "open");
  const next = standing.filter((one) => one.repair?.state === "opens").sort((a, b) => a.repair.opensOn.localeCompare(b.repair.opensOn))[0];
  const unknown = standing.filter((one) => one.repair && !["open", "opens"].includes(one.repair.state));
  const good = records.filter((one) => one.section === "commendation" && one.standing === "standing");
  return h("section.card.summary", {}, h("h2", {}, standing.length ? h("span", {}, "有 ", h("b", {}, standing.length), " 条失信信息正在披露") : "没有正在披露的失信信息"),
    h("ul.bullets", {},
      open.length ? h("li", {}, h("strong", {}, `${open.length} 条现在就可以申请修复`), "，免费。") : null,
      next ? h("li", {}, `最早一条 `, h("strong", {}, dateWords(next.repair.opensOn)), " 起可以申请修复。") : null,
      unknown.length ? h("li", {}, `${unknown.length} 条缺少信息，算不出修复日期，打开看缺什么。`) : null,
      good.length ? h("li", {}, `有 ${good.length} 条表彰、志愿、捐赠等信息。`) : null,
      !records.length ? h("li", {}, "两地都没有收到关于您的信息。") : null),
    open.length ? link(`申请修复（${open.length} 条）`, open.length === 1 ? `#/do/repair?record=${open[0].id}` : "#/do/repair", "") : null);
}

const save = async () => {
  const blob = await api.blob("/me/report.pdf");
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: "信用报告.pdf" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
};

export async function show() {
  const { report, keptAt } = await loadReport();
  const sections = [...report.sections].sort((a, b) => ORDER.indexOf(a.section) - ORDER.indexOf(b.section));
  return {
    title: "信用报告",
    body: [
      keptAt ? note("warn", `这是 ${stampWords(keptAt)} 存下的报告，现在连不上网络，可能已有变化。`) : null,
      summary(report),
      sections.map((section) => (section.records.length
        ? h("section.section", {}, h("h2", {}, section.title), section.records.map(recordCard))
        : h("section.section", {}, h("h2", {}, section.title), h("p.none", {}, NONE[section.section] ?? "没有信息。")))),
      sections.length ? null : empty("没有记录", "现在没有关于您的公共信用信息。"),
      card("关于这份报告", h("p", {}, `${stampWords(report.issuedAt)} 生成。`), (report.notes ?? []).length ? unfold("说明", h("ul.bullets", {}, report.notes.map((text) => h("li", {}, typeof text === "string" ? text : text.text)))) : null,
        keptAt ? button("重新取最新的", again, "quiet") : button("下载 PDF 报告", save, "quiet")),
      note("info", "觉得哪一条不对，可以打开那一条“提出异议”。处理期间会加标注。"),
    ],
  };
}
