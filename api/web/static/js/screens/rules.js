import { api } from "../api.js";
import { h } from "../dom.js";
import { lastArticle, place, served } from "../served.js";
import { badge, card, citation, link, note, unfold } from "../ui.js";
import { dateWords } from "../words.js";

const UNITS = { working_days: " 个工作日", calendar_days: " 天", months: " 个月", years: " 年", yuan: " 元" };
const CODES = {
  judgment: "生效裁判文书",
  penalty: "行政处罚决定书",
  other_by_law: "法律规定的其他文书",
  provider: "提供单位",
  centre: "信用中心",
  credit_service: "信用服务机构",
  determining_provider: "认定单位",
  minor: "轻微",
  general: "一般",
  serious: "严重",
  authority: "认定单位写明",
};
const one = (value) => CODES[value] ?? value;
// What is simply so, its title says; what is not so is said, unless the title does.
const worded = ({ value, unit, title }) => {
  if (value === true) return null;
  if (value === false) return title.includes("不") ? null : "没有这项规定";
  if (Array.isArray(value)) return value.map(one).join("、");
  return `${typeof value === "number" ? value.toLocaleString("zh-CN") : one(value)}${UNITS[unit] ?? ""}`;
};

export async function show() {
  const [rules, ...query] = await Promise.all([
    api.get("/rules"),
    ...served.map((id) => api.get(`/query-rules?jurisdiction=${id}`)),
  ]);
  const by = {};
  for (const rule of rules) {
    by[rule.jurisdiction] ??= [];
    by[rule.jurisdiction].push(rule);
  }
  return {
    title: "期限和依据",
    body: [
      h("p", {}, "小窗里出现的每个期限和数字都列在这里：是多少、依据哪一条、有没有核实。"),
      served.map((id, index) =>
        card(
          `${place(id)}：查询服务规范`,
          query[index].map((rule) => unfold(rule.title, h("p", {}, rule.text), rule.sources.map(citation))),
        ),
      ),
      Object.entries(by).map(([id, list]) =>
        card(
          place(id),
          list.map((rule) =>
            unfold(
              h(
                "span",
                {},
                rule.title,
                worded(rule) === null ? null : ["：", h("strong", {}, worded(rule))],
                " ",
                rule.certainty.isVerified ? null : badge("warn", rule.certainty.label),
              ),
              h("p", {}, `${dateWords(rule.since)}起`, rule.until ? `至${dateWords(rule.until)}` : "", "。", rule.note),
              citation(rule.source),
            ),
          ),
        ),
      ),
    ],
  };
}

export async function article({ params }) {
  const article = await api.get(
    `/regulations/${encodeURIComponent(params.regulation)}/articles/${Number(params.number)}`,
  );
  const number = article.number;
  return {
    title: "法规条文",
    body: [
      card(
        article.label,
        h("p.small-text", {}, article.chapter, article.inForceOn ? ` · ${dateWords(article.inForceOn)}起施行` : ""),
        h(
          "div.article",
          {},
          article.paragraphs.map((one) => [
            h("p", {}, one.text),
            one.items.length
              ? h(
                  "ul",
                  {},
                  one.items.map((item) => h("li", {}, item)),
                )
              : null,
          ]),
        ),
      ),
      article.missing ? note("warn", article.missing) : null,
      h(
        "nav.row",
        { "aria-label": "前后条" },
        number > 1 ? link("上一条", `#/law/${article.regulation}/${number - 1}`, "small") : null,
        number < lastArticle(article.regulation)
          ? link("下一条", `#/law/${article.regulation}/${number + 1}`, "small")
          : null,
      ),
    ],
  };
}
