// The queue: what is late on top, then by due date; filters live in the address.

import { api, query as search } from "../api.js";
import { h } from "../dom.js";
import { queued, titleOf } from "../errands.js";
import { badge, button, empty } from "../ui.js";
import { dateWords, distance } from "../words.js";

const LISTS = {
  pledges: (one) => `#/pledges?status=${one.status}`,
  listings: () => "#/listings",
  corrections: (one) => `#/records?record=${encodeURIComponent(one.caseRef)}`,
};
export const caseLink = (one) => LISTS[one.errand]?.(one) ?? `#/case/${one.errand}/${one.caseRef}`;

const line = (one) =>
  h(
    `tr${one.isLate ? ".late" : ""}`,
    {
      onclick: (event) => {
        if (!event.target.closest("a")) location.hash = caseLink(one);
      },
    },
    h("td", {}, h("a", { href: caseLink(one) }, one.number)),
    h("td", {}, titleOf(one.errand)),
    h("td", {}, one.statusLabel),
    h("td", {}, one.next.title, h("br"), h("small", {}, one.next.owedBy)),
    h(
      "td",
      {},
      h("strong", {}, dateWords(one.next.due.on)),
      " ",
      one.isLate ? badge("bad", "已超期") : h("small", {}, distance(one.next.due.on)),
      one.next.due.isStatutory ? "" : badge("plain", "非法定"),
    ),
    h("td", {}, one.assignee ?? "未分配"),
  );

export async function show({ query, staff }) {
  const page = (cursor) =>
    api.get(
      `/staff/queue${search({ errand: query.errand, late: query.late, assignee: query.assignee, cursor, limit: 50 })}`,
    );
  const first = await page();
  const go = (change) => {
    location.hash = `#/queue${search({ ...query, ...change })}`;
  };
  const body = h("tbody", {}, first.items.map(line));
  const tail = h("div.buttons");
  const next = (cursor) =>
    tail.replaceChildren(
      cursor
        ? button(
            "看更多",
            async () => {
              const more = await page(cursor);
              body.append(...more.items.map(line));
              next(more.nextCursor);
            },
            "quiet",
          )
        : "",
    );
  next(first.nextCursor);
  const links = () => [...body.querySelectorAll("a")];
  const move = (by) => {
    const all = links();
    const at = all.indexOf(document.activeElement);
    all[Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
  };
  return {
    title: "待办",
    focus: links()[0],
    keys: (event) => {
      if (event.key === "j") move(1);
      else if (event.key === "k") move(-1);
    },
    body: [
      h("h2", {}, "待办"),
      h(
        "div.desk-filters",
        { role: "group", "aria-label": "筛选" },
        h(
          "label",
          {},
          "事项",
          h(
            "select",
            { onchange: (event) => go({ errand: event.target.value }) },
            h("option", { value: "" }, "全部"),
            queued().map((one) => h("option", { value: one.name, selected: query.errand === one.name }, one.title)),
          ),
        ),
        h(
          "label",
          {},
          "承办人",
          h(
            "select",
            { onchange: (event) => go({ assignee: event.target.value }) },
            h("option", { value: "" }, "全部"),
            h("option", { value: staff.id, selected: query.assignee === staff.id }, "我"),
          ),
        ),
        h(
          "label.choice",
          {},
          h("input", {
            type: "checkbox",
            checked: query.late === "true",
            onchange: (event) => go({ late: event.target.checked ? "true" : "" }),
          }),
          "只看已超期",
        ),
      ),
      first.items.length
        ? h(
            "div.scroll",
            { tabindex: "0", role: "region", "aria-label": "待办列表" },
            h(
              "table.queue",
              {},
              h(
                "thead",
                {},
                h(
                  "tr",
                  {},
                  ["编号", "事项", "状态", "下一步", "到期", "承办人"].map((text) => h("th", { scope: "col" }, text)),
                ),
              ),
              body,
            ),
          )
        : empty("没有待办", "按筛选条件没有找到。"),
      tail,
    ],
  };
}
