import { api } from "../api.js";
import { phoneRow } from "../centres.js";
import { h } from "../dom.js";
import { windowPicture } from "../drawings.js";
import { form } from "../forms.js";
import { shell } from "../shell.js";
import { statusCard } from "../standing.js";
import { button, card, note, unfold } from "../ui.js";
import { stampWords } from "../words.js";

const KINDS = {
  report: "个人公共信用报告",
  "objection-result": "异议处理结果通知书",
  "repair-decision": "信用修复决定",
  "withdrawal-receipt": "撤销公示回执",
  slip: "窗口打印的日子单",
};

const digest = (reply) =>
  unfold(
    "手里的文件改过没有",
    h("p", {}, "文件摘要（", reply.digestAlgorithm, "）：", h("code", {}, reply.digest)),
    h("p", {}, "手里的文件算出来不是这个，就是改过的。"),
  );

const ANSWERS = {
  genuine: (reply) => [
    statusCard({
      tone: "good",
      word: "是真的",
      title: "文书是真的",
      line: "出具以后没有变化",
      visual: windowPicture("done"),
      rows: [
        ["文书", KINDS[reply.kind] ?? "文书"],
        ["出具时间", stampWords(reply.issuedAt)],
      ],
    }),
    card(null, digest(reply)),
  ],
  outdated: (reply) => [
    statusCard({
      tone: "warn",
      word: "是真的，但旧了",
      title: "之后有变化",
      line: "要看最新情况，请对方重新出具",
      visual: windowPicture("ask"),
      rows: [
        ["文书", KINDS[reply.kind] ?? "文书"],
        ["出具时间", stampWords(reply.issuedAt)],
      ],
    }),
    card(null, digest(reply)),
  ],
  unknown: (reply) =>
    statusCard({
      tone: "warn",
      word: "查不到",
      title: reply.isComplete ? "没有这个查验码" : "查验码没输全",
      line: reply.isComplete ? "请先对照纸上再输一遍" : "查验码一共20个字母和数字",
      visual: windowPicture("ask"),
      rows: [
        ["容易看错", "0和O、1和I都按同一个算，大小写、空格、横线不用管"],
        ["还是查不到", "打电话问信用中心", "别急着说是假的，也别先交钱"],
      ],
    }),
};

export async function show({ params }) {
  const given = params.code ?? "";
  const room = h("div.section", { "aria-live": "polite" });
  const look = async (code) => {
    const reply = await api.post("/reports/verify", { code });
    room.replaceChildren(...[ANSWERS[reply.answer](reply)].flat(), reply.answer === "unknown" ? phoneRow() : "");
  };
  if (given) await look(given);
  return {
    title: "查验文书",
    body: [
      room,
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
              max: 60,
              value: given,
              hint: "在文书最上面，例如 ABCDE-FGHJK-…",
            },
          ],
          "查验",
          (values) => look(values.code.trim()),
        ),
        shell.isHere ? button("扫二维码", () => shell.scan(), "quiet") : null,
      ),
      note("info", "查验不用登录，也不收费。"),
    ],
  };
}
