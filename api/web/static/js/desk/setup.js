// What is set for the place and changed elsewhere: the centre's texts, and the working days of each year.

import { api } from "../api.js";
import { h } from "../dom.js";
import { titleOf } from "../errands.js";
import { badge, card, facts, note } from "../ui.js";
import { dateWords, stampWords } from "../words.js";

const REVIEW = ["一个人办", "另一人审核并签发", "一人审核、一人签发"];

const year = (one) =>
  h(
    "tr",
    {},
    h("td", {}, `${one.year}年`),
    h("td", {}, badge(one.isPublished ? "good" : "warn", one.isPublished ? "按通知" : "估算")),
    h("td", {}, one.notice, one.number ? h("small", {}, ` ${one.number}`) : ""),
    h("td", {}, `${one.daysOff}天`),
    h("td", {}, one.isPublished ? `${one.workingWeekends}天` : "还不知道"),
  );

export async function show() {
  const { centre, calendar, estimated, moved } = await api.get("/staff/setup");
  const waiting = calendar.filter((one) => !one.isPublished);
  return {
    title: "设置和日历",
    body: [
      h("div.desk-head", {}, h("h2", {}, "设置和日历"), h("p", {}, "这一页只能看，不能改")),
      card(
        "中心的电话、窗口和时间",
        centre.isExample ? note("warn", "这是示例，没有人接电话。请运维换成真实的。") : null,
        facts([
          ["名称", centre.name],
          ["电话", centre.telephone],
          ["窗口", centre.windows],
          ["时间", centre.hours],
          ["文书发出前", REVIEW[centre.review]],
        ]),
        note(
          "info",
          `在服务器的设置 ${centre.setting} 里改，改完重启生效。居民在手机上、机器人的回答里、纸面文书上看到的都是这里的字。`,
        ),
      ),
      card(
        "工作日历",
        waiting.length
          ? note(
              "info",
              `${waiting.map((one) => `${one.year}年`).join("、")}还没有国务院办公厅的放假通知：落在里面的日期是估算，处处标明。在办的有${estimated}件的下一步落在里面。通知公布以后，写成数据随新版本装上，到期日自动重算，改了哪些列在下面。`,
            )
          : null,
        h(
          "div.scroll",
          { tabindex: "0", role: "region", "aria-label": "工作日历" },
          h(
            "table.queue",
            {},
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                ["年份", "依据", "通知", "放假", "周末上班"].map((text) => h("th", { scope: "col" }, text)),
              ),
            ),
            h("tbody", {}, calendar.map(year)),
          ),
        ),
      ),
      card(
        "重算以后改了的日期",
        moved.length
          ? h(
              "ul.bullets",
              {},
              moved.map((one) =>
                h(
                  "li",
                  {},
                  `${titleOf(one.errand)} ${one.number}，${one.title}：${dateWords(one.fromOn)} → ${dateWords(one.toOn)}（${stampWords(one.at)}）`,
                ),
              ),
            )
          : h("p", {}, "没有改过。"),
      ),
    ],
  };
}
