import { api, Problem } from "../api.js";
import { h } from "../dom.js";
import { download } from "../paper.js";
import { again } from "../router.js";
import { shell } from "../shell.js";
import { badge, button, buttons, card, cell, cells, empty, note, sheet, toast } from "../ui.js";
import { dateWords, distance, stampWords } from "../words.js";

// In WeChat the mini-program's own question; in a browser a sheet that stands for it, one answer for each template.
function question(view) {
  const asked = view.templates.filter((one) => view.ask.includes(one.templateId));
  return sheet("允许信用小窗发送以下消息？", (close) => {
    const chosen = new Set(asked.map((one) => one.name));
    return [
      h("p.small-text", {}, "每允许一次，可以收到一条。"),
      asked.map((one) =>
        h(
          "label.choice",
          {},
          h("input", {
            type: "checkbox",
            checked: true,
            onchange: (event) => (event.target.checked ? chosen.add(one.name) : chosen.delete(one.name)),
          }),
          h("span", {}, one.label),
        ),
      ),
      buttons(
        h("button.button", { onclick: () => close(answers(asked, chosen)) }, "允许"),
        h("button.button.quiet", { onclick: () => close(answers(asked, new Set())) }, "取消"),
      ),
    ];
  });
}

const answers = (asked, chosen) =>
  Object.fromEntries(asked.map((one) => [one.name, chosen.has(one.name) ? "accept" : "reject"]));

async function tell(results) {
  await api.post("/me/subscriptions", { results });
  toast(Object.values(results).includes("accept") ? "已记下，到时微信提醒" : "已记下，不会推送");
}

async function ask(view) {
  const results = await question(view);
  if (!results) return;
  await tell(results);
  again();
}

// Only WeChat's own question gives a permission. The sheet stands for it where the server is run for development.
const isDevelopment = () =>
  api.get("/demo/residents").then(
    () => true,
    () => false,
  );

// The mini-program's own page asks WeChat's question and comes back here.
function readAgainWhenBack() {
  const look = () => document.visibilityState === "visible" && again();
  document.addEventListener("visibilitychange", look);
  return () => document.removeEventListener("visibilitychange", look);
}

const asking = (view, isStandIn) => {
  if (!view.ask.length) return null;
  if (shell.isHere) return button("允许提醒", () => shell.remind());
  return isStandIn
    ? button("再允许一次推送", () => ask(view))
    : h("p", {}, "想收到微信推送，请在微信的“信用小窗”小程序里点“允许提醒”。");
};

const calendar = (one) =>
  shell.isHere ? shell.day(one.on, one.title) : download(`/me/notices/${one.id}/calendar.ics`, "提醒.ics");

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
    leave: readAgainWhenBack(),
    body: [
      note(view.willPush ? "good" : "warn", view.note),
      asking(view, isStandIn),
      booked.items.length
        ? h(
            "section.section",
            {},
            h("h2", {}, "已约好的提醒"),
            booked.items.map((one) =>
              card(
                one.title,
                h("p", {}, `${dateWords(one.on)}（${distance(one.on)}）`),
                h("p.small-text", {}, [one.pushNote, one.explanation].filter(Boolean).join(" ")),
                one.calendar ? button("存入手机日历", () => calendar(one), "quiet.small") : null,
              ),
            ),
          )
        : empty("还没有约好的提醒", "修复、承诺、授权有日子的，会自动记在这里。"),
      cells(
        "每一种还能推几条",
        view.templates.map((one) =>
          cell({
            label: one.label,
            value: `${one.banked} 条`,
            text: [
              one.unconfirmed ? `另有 ${one.unconfirmed} 条等微信确认` : "",
              one.isRefused && one.askAgainAt ? `您拒绝过，${stampWords(one.askAgainAt)} 后可以再选` : "",
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
