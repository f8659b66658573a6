// What is ahead of a case: each step that is not done with its latest day and who owes it.
import { dueWords } from "../cases.js";
import { h } from "../dom.js";
import { card } from "../ui.js";

export function pathCard({ path, clocks }) {
  const done = new Set((clocks ?? []).filter((step) => step.doneAt).map((step) => step.clock));
  const ahead = (path ?? []).filter((one) => !done.has(one.clock));
  return ahead.length
    ? card(
        "接下来最晚什么时候",
        h(
          "ol.steps.ahead",
          {},
          ahead.map((one) =>
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
}
