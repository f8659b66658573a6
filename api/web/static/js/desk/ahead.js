// What is ahead of a case: each step to come with its latest day and who owes it.
import { dueWords } from "../cases.js";
import { h } from "../dom.js";
import { card } from "../ui.js";

export const pathCard = (path) =>
  path?.length
    ? card(
        "接下来最晚什么时候",
        h(
          "ol.steps.ahead",
          {},
          path.map((one) =>
            h(
              "li",
              {},
              h("strong", {}, one.title),
              h("span", {}, one.isLatest ? "最晚 " : "", dueWords(one.due)),
              h("small", {}, one.owedBy ? `由${one.owedBy}办` : ""),
            ),
          ),
        ),
      )
    : null;
