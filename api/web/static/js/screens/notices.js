// The inbox, one notice, and what is still to come.

import { api, Problem, query } from "../api.js";
import { h } from "../dom.js";
import { learnErrands, placeOf } from "../errands.js";
import { download } from "../paper.js";
import { prefs } from "../prefs.js";
import { allow, isDevelopment } from "../reminders.js";
import { again } from "../router.js";
import { shell } from "../shell.js";
import {
  badge,
  button,
  card,
  cell,
  cells,
  emptyOf,
  FLOW_LINKS,
  link,
  note,
  pager,
  section,
  state,
  stepLink,
} from "../ui.js";
import { soft } from "../underway.js";
import { dateWords, distance, stampWords } from "../words.js";

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
// What can be done about it comes first, then what it is about. An errand that runs is not offered once more.
function ways(one) {
  const href = placeOf(one);
  const [kind] = one.ref.split("_");
  const step = href && kind !== "rec" ? null : stepLink({ flow: one.flow, recordId: href ? one.ref : null }, "");
  return h("div.buttons", {}, step, href ? link(WORDS[kind] ?? "看办到哪一步", href, step ? "quiet" : "") : null);
}

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
      ways(notice),
      link("全部消息", "#/notices", "quiet"),
    ],
  };
}

// In WeChat the mini-program's own page asks its question, and keeps days; this screen reads anew when one is back.
const asking = (view, isStandIn) => {
  if (!view.ask.length) return null;
  if (shell.isHere || isStandIn) {
    return button(shell.isHere ? "允许提醒" : "再允许一次推送", async () => {
      await allow();
      if (!shell.isHere) again();
    });
  }
  return h("p", {}, "想收到微信推送，请在微信的“信用小窗”小程序里点“允许提醒”。");
};

const calendar = (one) =>
  shell.isHere ? shell.day(one.on, one.ahead) : download(`/me/notices/${one.id}/calendar.ics`, "提醒.ics");

// What is pushed through WeChat, and the days that are booked.
export async function booked() {
  const [isStandIn, view, days] = await Promise.all([
    isDevelopment(),
    api.get("/me/subscriptions"),
    api.get("/me/notices/booked").catch((fault) => {
      if (fault instanceof Problem) return { items: [] };
      throw fault;
    }),
  ]);
  return {
    title: "微信提醒",
    body: [
      note(view.willPush ? "good" : "warn", view.note),
      asking(view, isStandIn),
      days.items.length
        ? section(
            "到时会提醒您",
            `${days.items.length}个日子`,
            days.items.map((one) =>
              card(
                `${dateWords(one.on)}（${distance(one.on)}）`,
                h("p", {}, one.ahead),
                h("p.small-text", {}, [one.pushNote, one.explanation].filter(Boolean).join(" ")),
                h(
                  "div.row",
                  {},
                  placeOf(one) ? link("看是哪一条", placeOf(one), "quiet.small") : null,
                  one.calendar ? button("存入手机日历", () => calendar(one), "quiet.small") : null,
                ),
              ),
            ),
          )
        : emptyOf("mail", "还没有要提醒的日子", "修复、承诺、授权有日子的，会自动记在这里。"),
      cells(
        "每一种还能推几条",
        view.templates.map((one) =>
          cell({
            label: one.label,
            value: `${one.banked}条`,
            text: [
              one.unconfirmed ? `另有${one.unconfirmed}条等微信确认` : "",
              one.promised && one.banked && !one.isLongTerm ? `先留给${one.promised}件在办的事的结果` : "",
              one.isRefused && one.askAgainAt ? `您拒绝过，${stampWords(one.askAgainAt)}后可以再选` : "",
            ]
              .filter(Boolean)
              .join("；"),
            mark: one.isLongTerm ? badge("info", "长期") : null,
          }),
        ),
      ),
    ],
  };
}
