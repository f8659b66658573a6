// How the centre is reached, and the working days of each year: what stands, what it was, and what a new notice would move.

import { api } from "../api.js";
import { h, icon } from "../dom.js";
import { form } from "../forms.js";
import { badge, button, buttons, card, facts, note, sheet, toast } from "../ui.js";
import { dateWords, stampWords, weekdayWords } from "../words.js";
import { titleOf } from "./errands.js";
import { table } from "./table.js";

const REVIEW = ["一个人办", "另一人审核并签发", "一人审核、一人签发"];
const REACHED = [
  ["telephone", "电话", 60],
  ["windows", "窗口", 200],
  ["hours", "时间", 100],
];

const year = (one) =>
  h(
    "tr",
    {},
    h("td", {}, String(one.year)),
    h("td", {}, badge(one.isPublished ? "good" : "warn", one.isPublished ? "按通知" : "估算")),
    h(
      "td",
      {},
      one.notice,
      one.number ? h("small", {}, ` ${one.number}`) : "",
      one.takenAt ? h("small", {}, `${one.takenBy}录入，${stampWords(one.takenAt)}`) : "",
    ),
    h("td", {}, `${one.daysOff}天`),
    h("td", {}, one.isPublished ? `${one.workingWeekends}天` : "未知"),
  );

const moves = (items) =>
  h(
    "ul.bullets",
    {},
    items.map((one) =>
      h(
        "li",
        {},
        `${titleOf(one.errand)} ${one.number}，${one.title}：${dateWords(one.fromOn)} → ${dateWords(one.toOn)}`,
        one.at ? `（${stampWords(one.at)}）` : "",
      ),
    ),
  );

const differences = ({ before, after }) =>
  REACHED.filter(([name]) => before[name] !== after[name]).map(
    ([name, label]) => `${label}：${before[name]} → ${after[name]}`,
  );

// What stands now beside what will: nobody changes a public telephone without seeing the old one.
const changeCentre = (centre, again) =>
  sheet("改电话、窗口和时间", (close) => [
    note("info", "居民在手机上、机器人的回答里、窗口打印的单子上，读到的都是这里的字。保存以后马上就是新的。"),
    form(
      [
        ...REACHED.map(([name, label, max]) => ({
          name,
          kind: "text",
          label,
          max,
          required: true,
          value: centre[name],
          hint: `现在：${centre[name]}`,
        })),
        { name: "reason", kind: "text", label: "为什么改", required: true, least_length: 2, max: 200 },
      ],
      "保存",
      async (values) => {
        await api.post("/staff/setup/centre", { ...values, version: centre.version });
        close(true);
        toast("已保存");
        again();
      },
    ),
  ]);

const centreCard = (centre, again) =>
  card(
    "中心的电话、窗口和时间",
    centre.isExample ? note("warn", "这是示例，没有人接电话。请换成真实的。") : null,
    facts([
      ["名称", centre.name],
      ...REACHED.map(([name, label]) => [label, centre[name]]),
      ["文书发出前", REVIEW[centre.review]],
    ]),
    buttons(button("改电话、窗口和时间", () => changeCentre(centre, again))),
    note(
      "info",
      `名称和文书由几个人签，在服务器的设置 ${centre.setting} 里改，改完重启生效：已经发出的文书和在办的期限上写着它们。`,
    ),
    centre.changes.length
      ? [
          h("h3", {}, "改过的"),
          h(
            "ul.bullets",
            {},
            centre.changes.map((one) =>
              h(
                "li",
                {},
                `${stampWords(one.at)}，${one.byName}：${differences(one).join("；")}`,
                h("small", {}, `理由：${one.reason}`),
              ),
            ),
          ),
          h(
            "p.hint",
            {},
            `装机时的设置：${REACHED.map(([name, label]) => `${label} ${centre.configured[name]}`).join("；")}`,
          ),
        ]
      : null,
  );

// Every holiday of a year waits for its days.
const HOLIDAYS = ["元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"];
const FORM = (on) =>
  [
    `year = ${on}`,
    `notice = "国务院办公厅关于${on}年部分节假日安排的通知"`,
    'number = ""',
    "noticed_on = ",
    "working_weekends = []",
    ...HOLIDAYS.flatMap((title) => ["", "[[holidays]]", `title = "${title}"`, `first = ${on}-`, `last = ${on}-`]),
  ].join("\n");

// Every day that would be another, and whose last day moves with it; only then can the notice be taken.
const tried = (found, text, done) =>
  sheet(`${found.year.year}年：会改什么`, (close) => [
    facts([
      ["通知", `${found.year.notice} ${found.year.number}`],
      ["通知的日期", dateWords(found.year.noticedOn)],
      ["现在按", found.replaces.isPublished ? `${found.replaces.notice} ${found.replaces.number}` : "估算"],
      ["放假", `${found.year.daysOff}天，周末上班${found.year.workingWeekends}天`],
    ]),
    found.warnings.map((text) => note("warn", text)),
    h("h3", {}, `和现在不一样的日子：${found.changed.length}天`),
    h(
      "ul.bullets",
      {},
      found.changed.map((one) =>
        h("li", {}, `${dateWords(one.on)}（${weekdayWords(one.on)}）：${one.isWorking ? "上班" : one.why}`),
      ),
    ),
    h(
      "h3",
      {},
      `会改日期的：本地${found.movedCount}步${found.elsewhereCount ? `，其他地方${found.elsewhereCount}步` : ""}`,
    ),
    found.moved.length ? moves(found.moved) : h("p", {}, "本地在办的一步也不动。"),
    found.movedCount > found.moved.length ? note("info", `只列出前${found.moved.length}步。`) : null,
    buttons(
      button("按这个通知执行", async () => {
        await api.post("/staff/setup/calendar", { text, digest: found.digest });
        close(true);
        toast("已执行，在办的期限十分钟内重算");
        done();
      }),
    ),
  ]);

const takeNotice = (on, again) =>
  sheet("录入放假通知", (close) => {
    const file = h("input.sr", {
      type: "file",
      accept: ".toml,.txt,text/plain",
      onchange: async () => {
        const text = file.files[0] ? await file.files[0].text() : "";
        const area = room.querySelector("textarea");
        area.value = text;
        area.dispatchEvent(new Event("input", { bubbles: true }));
      },
    });
    const room = h(
      "div",
      {},
      form(
        [
          {
            name: "text",
            kind: "text",
            rows: 14,
            max: 8000,
            label: "通知的内容",
            required: true,
            value: FORM(on),
            hint: "照国务院办公厅的通知填：放假的起止日、上班的周末、文号和日期。一个假期一段 [[holidays]]。",
          },
        ],
        "先看会改什么",
        async ({ text }) => {
          const found = await api.post("/staff/setup/calendar/trial", { text });
          await tried(found, text, () => {
            close(true);
            again();
          });
        },
      ),
    );
    return [
      h(
        "div.field",
        {},
        h("p.hint", {}, "有文件的选文件，没有的在下面写。"),
        h("label.button.quiet", {}, file, icon("file"), h("span", {}, "选文件")),
      ),
      room,
    ];
  });

export async function show({ again }) {
  const { centre, calendar, estimated, moved } = await api.get("/staff/setup");
  const waiting = calendar.filter((one) => !one.isPublished);
  return {
    title: "设置和日历",
    body: [
      h("div.desk-head", {}, h("h2", {}, "设置和日历"), h("p", {}, "改了的都记在审计里")),
      centreCard(centre, again),
      card(
        "工作日历",
        waiting.length
          ? note(
              "info",
              `${waiting.map((one) => `${one.year}年`).join("、")}还没有国务院办公厅的放假通知：落在里面的日期是估算，处处标明。在办的有${estimated}件的下一步落在里面。通知公布以后在这里录入，先看会改什么，再执行。`,
            )
          : null,
        table("工作日历", ["年份", "依据", "通知", "放假", "周末上班"], calendar.map(year)),
        waiting.length ? buttons(button("录入放假通知", () => takeNotice(waiting[0].year, again), "quiet")) : null,
      ),
      card("重算以后改了的日期", moved.length ? moves(moved) : h("p", {}, "没有改过。")),
    ],
  };
}
