import { api, query } from "../api.js";
import { h } from "../dom.js";
import { badge, card, empty, link, pager, stepLink } from "../ui.js";
import { dateWords, stampWords } from "../words.js";
import { about } from "./notice.js";

const seen = async (one, node) => {
  if (one.readAt) return;
  one.readAt = new Date().toISOString();
  node.querySelector(".badge")?.remove();
  await api.post(`/me/notices/${one.id}/read`).catch(() => {});
};

function draw(one) {
  const node = card(
    null,
    h("div.badges", {}, one.readAt ? null : badge("info", "未读")),
    h("h2", {}, one.title),
    h("p", {}, one.text),
    one.lateNote ? h("p.small-text", {}, one.lateNote) : null,
    h(
      "p.small-text",
      {},
      one.toldAt ? stampWords(one.toldAt) : dateWords(one.on),
      one.pushNote ? ` · ${one.pushNote}` : "",
    ),
    about(one) ?? (one.flow ? stepLink({ flow: one.flow }) : null),
  );
  if (!one.readAt)
    new IntersectionObserver(
      (entries, watch) => {
        if (entries.some((entry) => entry.isIntersecting)) {
          watch.disconnect();
          setTimeout(() => seen(one, node), 1500);
        }
      },
      { threshold: 0.6 },
    ).observe(node);
  return node;
}

export async function show() {
  const more = (cursor) => api.get(`/me/notices${query({ cursor, limit: 20 })}`);
  return {
    title: "消息",
    body: [
      pager(await more(), more, draw, empty("没有消息", "有进展时会在这里告诉您。")),
      link("设置微信提醒", "#/subscriptions", "quiet"),
    ],
  };
}
