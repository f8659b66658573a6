// What the bot could not answer, alike together, and the answers that officers of the place write for it.

import { api, query as search } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { badge, button, buttons, card, empty, facts, note, pager, sheet, toast } from "../ui.js";
import { articleWords, stampWords } from "../words.js";

const TONES = { proposed: "info", approved: "good", rejected: "plain", withdrawn: "plain" };
const STEPS = { approve: "审核通过", reject: "不采用", withdraw: "停止使用" };
const lines = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
const numbers = (text) => text.split(/[^0-9]+/).filter(Boolean);

const write = (group, place, again) => {
  const near = group.nearest.filter((id) => id.startsWith(`${place}-`)).slice(0, 3);
  return sheet("写答案", (close) =>
    form(
      [
        {
          name: "questions",
          kind: "text",
          rows: 4,
          label: "这样问时用这个答案",
          hint: "一行一种问法，最多 20 种，不写姓名和号码。",
          required: true,
          max: 1000,
          value: [group.question, ...group.others].join("\n"),
        },
        {
          name: "text",
          kind: "text",
          rows: 4,
          label: "答案",
          hint: "先说结论或者数字，再说例外，最后说一步；80 个字以内最好读。",
          required: true,
          least_length: 2,
          max: 300,
        },
        {
          name: "articles",
          kind: "text",
          label: "依据的条文",
          hint: "本地条例的条号，最多 3 条，用空格隔开，例如“42 44”。",
          required: true,
          max: 40,
          value: near.map((id) => id.slice(place.length + 1)).join(" "),
          check: (value) => (numbers(value).length ? null : "请填条号，例如 42。"),
        },
      ],
      "交给另一人审核",
      async (values) => {
        await api.post("/staff/bot/answers", {
          questions: lines(values.questions),
          text: values.text.trim(),
          articles: numbers(values.articles).map((number) => `${place}-${number}`),
        });
        close(true);
        toast("已交给另一位经办人员审核");
        again();
      },
    ),
  );
};

const group = (one, place, again) =>
  card(
    one.question,
    h(
      "div.badges",
      {},
      badge("info", `问了 ${one.times} 次`),
      one.unanswered ? badge("bad", `没答上 ${one.unanswered} 次`) : null,
      one.thumbsDown ? badge("warn", `说没用 ${one.thumbsDown} 次`) : null,
      one.askedAgain ? badge("warn", `又问 ${one.askedAgain} 次`) : null,
    ),
    facts([
      ["也这样问", one.others.join("；")],
      [
        "按周",
        Object.entries(one.weeks)
          .map(([week, times]) => `${week.replace("-W", " 年第 ")} 周 ${times} 次`)
          .join("，"),
      ],
    ]),
    button("写答案", () => write(one, place, again), "quiet"),
  );

const take = (answer, action, again) =>
  sheet(STEPS[action], (close) => {
    const finish = async (body) => {
      await api.post(`/staff/bot/answers/${answer.id}/${action}`, { version: answer.version, ...body });
      close(true);
      toast(`已${STEPS[action]}`);
      again();
    };
    if (action === "approve")
      return [
        note("info", "审核通过后，半分钟内所有人问到都用这个答案。"),
        h("p", {}, answer.text),
        buttons(button("审核通过", () => finish({}))),
      ];
    return form(
      [{ name: "reason", kind: "text", rows: 3, label: "理由", required: true, least_length: 2, max: 200 }],
      STEPS[action],
      (values) => finish({ reason: values.reason.trim() }),
    );
  });

const written = (one, staff, again) =>
  card(
    one.questions[0],
    h("div.badges", {}, badge(TONES[one.status] ?? "plain", one.statusLabel)),
    h("p", {}, one.text),
    facts([
      ["也这样问", one.questions.slice(1).join("；")],
      ["依据", one.articles.map((id) => articleWords(id.slice(one.place.length + 1))).join("、")],
      ["写于", stampWords(one.writtenAt)],
      ["说明", one.reason],
    ]),
    one.status === "proposed" && one.writtenBy === staff.id ? note("info", "等另一位经办人员审核。") : null,
    buttons(
      ...one.actions
        .filter((action) => action in STEPS && !(one.status === "proposed" && one.writtenBy === staff.id))
        .map((action) => button(STEPS[action], () => take(one, action, again), action === "approve" ? "" : "quiet")),
    ),
  );

export async function show({ staff, again }) {
  const more = (cursor) => api.get(`/staff/bot/answers${search({ cursor, limit: 20 })}`);
  const [groups, first] = await Promise.all([api.get("/staff/bot/review"), more()]);
  return {
    title: "问答",
    body: [
      h("h2", {}, "问答"),
      note(
        "info",
        "机器人没答上、被说没用、被反复问的话，相近的放在一起，问得多的在前。写好的答案要另一位经办人员审核才会用。",
      ),
      h("h3", {}, "要看的问题"),
      h(
        "div.pages",
        {},
        groups.length ? groups.map((one) => group(one, staff.jurisdiction, again)) : empty("没有要看的问题", ""),
      ),
      h("h3", {}, "写好的答案"),
      pager(first, more, (one) => written(one, staff, again), empty("还没有写过答案", "")),
    ],
  };
}
