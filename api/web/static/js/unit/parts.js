// What the unit's screens share: a table, a time, a file to save.

import { api, query } from "../api.js";
import { h } from "../dom.js";
import { furtherPages } from "../ui.js";

export const title = (text, ...beside) => h("div.unit-head", {}, h("h1", { tabindex: -1 }, text), ...beside);

export const table = (heads, rows, caption) =>
  h(
    "div.unit-table",
    {},
    h(
      "table",
      {},
      caption ? h("caption.unit-hidden", {}, caption) : null,
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => h("th", { scope: "col" }, head)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((cells) =>
          h(
            "tr",
            {},
            cells.map((cell) => (cell instanceof HTMLTableCellElement ? cell : h("td", {}, cell))),
          ),
        ),
      ),
    ),
  );

export const moment = (text) => {
  const at = new Date(text);
  return new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
};

export async function save(path, name) {
  const url = URL.createObjectURL(await api.blob(path));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const refusedOf = (delivery) => () => save(`/provider/deliveries/${delivery}/refused`, "要改的行.xlsx");

// A table that grows by pages.
export function pages(first, path, heads, row, caption, otherwise) {
  return grown(first, (cursor) => api.get(`${path}${query({ cursor })}`), heads, row, caption, otherwise);
}

// The same with any way to ask for what follows: a search has its number in the body.
export function grown(first, more, heads, row, caption, otherwise) {
  if (!first.items.length) return otherwise;
  const node = table(heads, first.items.map(row), caption);
  const grow = (items) =>
    node.querySelector("tbody").append(...table(heads, items.map(row)).querySelectorAll("tbody > tr"));
  return [node, furtherPages(first, more, grow)];
}
