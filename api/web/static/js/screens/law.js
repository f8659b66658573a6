import { api } from "../api.js";
import { h } from "../dom.js";
import { lastArticle } from "../served.js";
import { card, link, note } from "../ui.js";
import { dateWords } from "../words.js";

export async function show({ params }) {
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
