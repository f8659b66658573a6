import { api } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { shell } from "../shell.js";
import { badge, button, card, facts, note } from "../ui.js";
import { stampWords } from "../words.js";

const KINDS = {
  report: "个人公共信用报告",
  "objection-result": "异议处理结果通知书",
  "repair-decision": "信用修复决定",
  "withdrawal-receipt": "撤销公示回执",
};

const found = (reply) =>
  reply.isGenuine
    ? card(
        "文书是真的",
        h(
          "div.badges",
          {},
          badge("good", "由信用中心出具"),
          reply.hasNewerFacts ? badge("warn", "之后有变化") : badge("good", "之后没有变化"),
        ),
        facts([
          ["文书", KINDS[reply.kind] ?? "文书"],
          ["出具时间", stampWords(reply.issuedAt)],
        ]),
        h(
          "p",
          {},
          reply.hasNewerFacts
            ? "出具以后，这个人的信用信息有了变化。要看最新情况，请对方重新出具。"
            : "出具以后，这个人的信用信息没有变化。",
        ),
        h(
          "p.small-text",
          {},
          "文件摘要（",
          reply.digestAlgorithm,
          "）：",
          h("code", {}, reply.digest),
          "。手里的文件算出来不是这个，就是改过的。",
        ),
      )
    : card(
        "没有这份文书",
        h("div.badges", {}, badge("bad", "查不到")),
        h("p", {}, "请对照纸上的查验码再输一遍。还是查不到的，这份文书不是我们出具的，请不要相信。"),
      );

export async function show({ params }) {
  const given = params.code ?? "";
  const room = h("div.section", { "aria-live": "polite" });
  const look = async (code) =>
    room.replaceChildren(found(await api.get(`/reports/verify/${encodeURIComponent(code)}`)));
  if (given) await look(given);
  return {
    title: "查验文书",
    body: [
      card(
        null,
        h("p", {}, "输入文书上的查验码，看它是不是真的。这里不显示任何个人信息。"),
        form(
          [
            {
              name: "code",
              kind: "text",
              label: "查验码",
              required: true,
              max: 40,
              value: given,
              hint: "在文书最上面，例如 ABCDE-FGHJK-…",
            },
          ],
          "查验",
          (values) => look(values.code.trim()),
        ),
        shell.isHere ? button("扫二维码", () => shell.scan(), "quiet") : null,
      ),
      room,
      note("info", "查验不用登录，也不收费。"),
    ],
  };
}
