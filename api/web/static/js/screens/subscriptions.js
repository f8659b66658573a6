import { api, Problem } from "../api.js";
import { h } from "../dom.js";
import { placeOf } from "../errands.js";
import { download } from "../paper.js";
import { allow, isDevelopment } from "../reminders.js";
import { again } from "../router.js";
import { shell } from "../shell.js";
import { badge, button, card, cell, cells, emptyOf, link, note, section } from "../ui.js";
import { dateWords, distance, stampWords } from "../words.js";

// What a day that is still to come will bring: a notice's own title is written for that day.
const TO_COME = {
  "repairs.opens": "能申请修复的第一天",
  "repairs.lacks": "时间够了，看看还缺什么",
  "records.publicity_ended": "网上公示到期",
  "records.disclosure_ended": "报告里的期限到期",
  "grants.expires": "授权到期",
  "listings.answer_due": "答复名单告知的最后几天",
};
const toCome = (one) => TO_COME[one.kind] ?? `那天会告诉您：${one.title}`;

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
  shell.isHere ? shell.day(one.on, toCome(one)) : download(`/me/notices/${one.id}/calendar.ics`, "提醒.ics");

export async function show() {
  const [isStandIn, view, booked] = await Promise.all([
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
      booked.items.length
        ? section(
            "到时会提醒您",
            `${booked.items.length}个日子`,
            booked.items.map((one) =>
              card(
                `${dateWords(one.on)}（${distance(one.on)}）`,
                h("p", {}, toCome(one)),
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
