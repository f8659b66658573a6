import { api } from "../api.js";
import { h } from "../dom.js";
import { card, link, note } from "../ui.js";
import { dateWords } from "../words.js";

const LAST = { dalian: 62, yunnan: 65 };

export async function show({ params }) {
  const article = await api.get(
    `/regulations/${encodeURIComponent(params.regulation)}/articles/${Number(params.number)}`,
  );
  const number = article.number;
  const last = LAST[article.regulation];
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
        last && number < last ? link("下一条", `#/law/${article.regulation}/${number + 1}`, "small") : null,
      ),
    ],
  };
}
