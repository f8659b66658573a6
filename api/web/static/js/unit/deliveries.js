// What the unit handed in: when, who, which file, what became of it, and the rows still to be mended.

import { api } from "../api.js";
import { h } from "../dom.js";
import { badge, button, card, empty, link } from "../ui.js";
import { moment, pages, refusedOf, table, title } from "./parts.js";

const HEADS = ["时间", "文件", "谁", "收", "跳过", "退回", "回执"];

const number = (count) => h("td.number", {}, String(count));

const outcome = (one) => {
  if (one.state === "interrupted") return badge("warn", "中断了，同一个文件再报一次就接上");
  if (!one.refusedCount) return badge("good", "全部入库");
  return one.hasReturned
    ? button(`下载要改的${one.refusedCount}行`, refusedOf(one.id), "quiet")
    : badge("warn", `${one.refusedCount}行没改`);
};

const row = (one) => [
  moment(one.at),
  one.fileName,
  one.person,
  number(one.accepted),
  number(one.unchanged),
  number(one.refusedCount),
  outcome(one),
];

export async function recent() {
  const page = await api.get("/provider/deliveries?limit=5");
  if (!page.items.length) return null;
  return card("最近报送", table(HEADS, page.items.map(row), "最近报送"), link("全部回执", "#/deliveries", "quiet"));
}

export async function draw() {
  const first = await api.get("/provider/deliveries");
  const otherwise = empty("还没有报送过", "报过的文件都在这里：什么时候、谁报的、收了多少。");
  const list = pages(first, "/provider/deliveries", HEADS, row, "报送回执", otherwise);
  return [title("报送回执"), card(null, list)];
}
