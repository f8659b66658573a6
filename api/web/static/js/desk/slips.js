// A person at the window without a phone: one page with their days, after the document has been seen.

import { h } from "../dom.js";
import { choice, form } from "../forms.js";
import { download } from "../paper.js";
import { card, note, toast } from "../ui.js";
import { KINDS } from "../words.js";
import { tabs } from "./window.js";

export function show() {
  const fields = [
    choice("documentKind", "证件类型", KINDS, { value: "resident_id" }),
    { name: "documentNumber", kind: "text", label: "证件号码", required: true, max: 40 },
    { name: "seen", kind: "tick", label: "本人在窗口，证件原件已核对", required: true },
  ];
  return {
    title: "打日子单",
    body: [
      h("h2", {}, "打日子单"),
      tabs("/slips"),
      note(
        "info",
        "给没有手机的人打一页纸：有什么、到哪天、下一步。纸上不印姓名和证件号；这次查询会记进当事人的足迹。",
      ),
      card(
        null,
        form(fields, "打印", async ({ documentKind, documentNumber }) => {
          await download("/staff/slips", "我的信用日子.pdf", { documentKind, documentNumber: documentNumber.trim() });
          toast("已生成，请打印");
        }),
      ),
    ],
  };
}
