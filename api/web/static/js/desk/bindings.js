// A person at the window with a new telephone: the old WeChat is taken off, after the document has been seen.

import { api } from "../api.js";
import { h } from "../dom.js";
import { choice, form } from "../forms.js";
import { card, note, toast } from "../ui.js";
import { KINDS } from "../words.js";
import { PROOFS, tabs } from "./window.js";

export async function show() {
  const room = h("div");
  const fields = [
    { name: "name", kind: "text", label: "姓名", required: true, max: 60, hint: "照证件原件填写。" },
    choice("documentKind", "证件类型", KINDS, { value: "resident_id" }),
    { name: "documentNumber", kind: "text", label: "证件号码", required: true, max: 40 },
    choice("proof", "您核对了什么", PROOFS),
  ];
  return {
    title: "解除微信绑定",
    body: [
      h("h2", {}, "解除微信绑定"),
      tabs("/bindings"),
      note("info", "当事人换了手机或者微信，用这一步解除原来的绑定。这一步会记入审计，并通知当事人和原来的微信。"),
      card(
        null,
        form(fields, "解除绑定", async (values) => {
          const reply = await api.post("/staff/bindings/release", values);
          room.replaceChildren(note("good", reply.nextStep));
          toast("已解除绑定");
        }),
      ),
      room,
    ],
  };
}
