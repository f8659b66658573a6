// The kinds of table, what each column wants, and the workbooks to fill in.

import { api } from "../api.js";
import { h } from "../dom.js";
import { button, card } from "../ui.js";
import { save, table, title } from "./parts.js";

export async function draw() {
  const { items } = await api.get("/provider/templates");
  return [
    title("目录和格式"),
    h("p", {}, "列名写成这些，或者它们旁边的别名，都认；2015、2018、2023 年双公示的表头和数据库字段名也认。"),
    ...items.map((kind) =>
      card(
        kind.title,
        button("下载模板", () => save(`/provider/templates/${kind.id}`, `${kind.title}模板.xlsx`), "quiet"),
        table(
          ["列名", "必填", "怎么填", "例子"],
          kind.columns.map((one) => [one.title, one.isRequired ? "必填" : "", one.explain, one.example]),
          kind.title,
        ),
      ),
    ),
  ];
}
