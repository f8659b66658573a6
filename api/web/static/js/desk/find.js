// Cases found again, closed ones too: by the case's own number, by the act's, or by the person's document.

import { api } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { card, empty, note } from "../ui.js";
import { stampWords } from "../words.js";
import { caseLink } from "./queue.js";
import { numberFields, PURPOSE } from "./records.js";

const casesTable = (items) =>
  h(
    "div.scroll",
    { tabindex: "0", role: "region", "aria-label": "案件" },
    h(
      "table.queue",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["编号", "事项", "关于", "提出", "走到哪"].map((text) => h("th", { scope: "col" }, text)),
        ),
      ),
      h(
        "tbody",
        {},
        items.map((one) =>
          h(
            "tr",
            {},
            h("td", {}, h("a", { href: caseLink(one) }, one.number || "没有编号")),
            h("td", {}, h("span.kind", {}, one.errandTitle)),
            h("td", {}, one.about),
            h("td", {}, stampWords(one.filedAt)),
            h("td", {}, one.statusLabel, one.isOpen ? "" : h("small", {}, "（已办结）")),
          ),
        ),
      ),
    ),
  );

export function show() {
  const room = h("div.section", { "aria-live": "polite" });
  return {
    title: "查案件",
    body: [
      h("div.desk-head", {}, h("h2", {}, "查案件"), h("p", {}, "办结了的也在里面")),
      note(
        "info",
        "编号、文书号、证件号码都要填完整；全角半角、括号和空格不影响。按文书号和证件号码查的，会记进当事人的足迹。",
      ),
      card(
        null,
        form(
          [
            ...numberFields([{ value: "number", label: "案件编号" }]),
            {
              ...PURPOSE,
              required: false,
              hint: "按文书号和证件号码查的必填。",
              check: null,
            },
          ],
          "查询",
          async ({ by, number, purpose }) => {
            const { items } = await api.post("/staff/cases/search", {
              [by]: number.trim(),
              ...(purpose ? { purpose } : {}),
            });
            room.replaceChildren(items.length ? casesTable(items) : empty("没有找到", "请核对号码是否完整。"));
          },
        ),
      ),
      room,
    ],
  };
}
