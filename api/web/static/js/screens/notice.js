// One notice: where a push leads, and from it to the case or the record that it is about.

import { api } from "../api.js";
import { h } from "../dom.js";
import { learnErrands, placeOf } from "../errands.js";
import { card, link, note, stepLink } from "../ui.js";
import { soft } from "../underway.js";
import { stampWords } from "../words.js";

const WORDS = { rec: "看这条记录", grt: "看这项授权" };
const about = (one) => {
  const href = placeOf(one);
  return href ? link(WORDS[one.ref.split("_")[0]] ?? "看办到哪一步", href) : null;
};

export async function show({ params }) {
  const [one] = await Promise.all([api.get(`/me/notices/${params.id}`), soft(learnErrands, null)]);
  if (one.toldAt && !one.readAt) await api.post(`/me/notices/${one.id}/read`).catch(() => {});
  return {
    title: "消息",
    body: [
      card(
        one.title,
        h("p", {}, one.text),
        one.lateNote ? h("p.small-text", {}, one.lateNote) : null,
        one.toldAt ? h("p.small-text", {}, stampWords(one.toldAt)) : null,
      ),
      one.explanation ? note("info", one.explanation) : null,
      h("div.buttons", {}, about(one), one.flow ? stepLink({ flow: one.flow }) : null),
      link("全部消息", "#/notices", "quiet"),
    ],
  };
}
