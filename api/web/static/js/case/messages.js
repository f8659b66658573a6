import { api } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { again } from "../router.js";
import { button, card, sheet, toast } from "../ui.js";
import { dateWords, stampWords } from "../words.js";

// What the centre asked and what was answered; who was reminded, and how the paper went out.
export function messagesCard(said) {
  if (!said.length) return null;
  const answered = new Set(said.map((one) => one.about));
  const line = (one) =>
    h(
      "div.message",
      {},
      h("p", {}, h("strong", {}, MESSAGE[one.kind](one)), one.text ? `：${one.text}` : ""),
      h("small", {}, stampWords(one.at)),
      one.kind === "question" && !answered.has(one.id)
        ? h(
            "div.buttons",
            {},
            button("回答", () => answerQuestion(one)),
          )
        : null,
    );
  return card("信用中心和您说的", said.map(line));
}

const MESSAGE = {
  question: () => "信用中心问您",
  answer: () => "您的回答",
  reminder: (one) => `已经催${one.addressee ?? "单位"}`,
  served: (one) => `书面结果${dateWords(one.on)}${one.wayLabel}`,
};

async function answerQuestion(one) {
  const done = await sheet("回答信用中心", (close) => [
    h("p", {}, one.text),
    form(
      [{ name: "text", kind: "text", rows: 4, max: 1000, least_length: 2, label: "您的回答", required: true }],
      "提交回答",
      async ({ text }) => {
        await api.post(`/me/messages/${one.id}/answer`, { text: text.trim() });
        close(true);
      },
    ),
  ]);
  if (done) {
    toast("已经告诉信用中心");
    again();
  }
}
