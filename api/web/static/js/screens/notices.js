import { api, query } from "../api.js";
import { h } from "../dom.js";
import { learnErrands, placeOf } from "../errands.js";
import { prefs } from "../prefs.js";
import { badge, card, cell, cells, emptyOf, FLOW_LINKS, link, note, pager, state, stepLink } from "../ui.js";
import { soft } from "../underway.js";
import { dateWords, stampWords } from "../words.js";

const read = (one) => api.post(`/me/notices/${one.id}/read`).catch(() => {});
const seen = async (one, node) => {
  if (one.readAt) return;
  one.readAt = new Date().toISOString();
  node.querySelector(".badge")?.remove();
  await read(one);
};

// A notice opens what it speaks of: the record, the case, the grant; where there is none the errand it names.
function draw(one) {
  const href = placeOf(one) ?? FLOW_LINKS[one.flow] ?? null;
  const node = cells(
    null,
    cell({
      label: one.title,
      mark: one.readAt ? null : badge("info", "未读"),
      text: h(
        "span",
        {},
        one.text,
        h("br"),
        [one.toldAt ? stampWords(one.toldAt) : dateWords(one.on), one.pushNote, one.lateNote]
          .filter(Boolean)
          .join(" · "),
      ),
      href,
      picture: prefs.elder ? null : "bell", // large letters need the room
      tone: one.readAt ? "none" : "good",
    }),
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
  node.addEventListener("click", () => seen(one, node));
  return node;
}

export async function show() {
  const more = (cursor) => api.get(`/me/notices${query({ cursor, limit: 20 })}`);
  const [first] = await Promise.all([more(), soft(learnErrands, null)]);
  return {
    title: "消息",
    body: [
      first.unread ? state("wait", `${first.unread}条没看`, "bell") : null,
      pager(first, more, draw, emptyOf("mail", "没有消息", "有进展时会在这里告诉您。")),
      link("设置微信提醒", "#/subscriptions", "quiet"),
    ],
  };
}

const WORDS = { rec: "看这条记录", grt: "看这项授权" };
const about = (one) => {
  const href = placeOf(one);
  return href ? link(WORDS[one.ref.split("_")[0]] ?? "看办到哪一步", href) : null;
};

// One notice: where a push leads, and from it to the case or the record that it is about.
export async function one({ params }) {
  const [notice] = await Promise.all([api.get(`/me/notices/${params.id}`), soft(learnErrands, null)]);
  if (notice.toldAt && !notice.readAt) await read(notice);
  return {
    title: "消息",
    body: [
      card(
        notice.title,
        h("p", {}, notice.text),
        notice.lateNote ? h("p.small-text", {}, notice.lateNote) : null,
        notice.toldAt ? h("p.small-text", {}, stampWords(notice.toldAt)) : null,
      ),
      notice.explanation ? note("info", notice.explanation) : null,
      h("div.buttons", {}, about(notice), notice.flow ? stepLink({ flow: notice.flow }) : null),
      link("全部消息", "#/notices", "quiet"),
    ],
  };
}
