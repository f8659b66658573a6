// The queue: what is late on top, then by due date; filters live in the address.

import { api, query as search } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { badge, button, buttons, empty, furtherPages, note, sheet, toast } from "../ui.js";
import { dateWords, today, unitWords, workingDaysWords } from "../words.js";
import { queued, statusesOf, titleOf } from "./errands.js";

const LISTS = {
  listings: (one) => `#/listings?case=${encodeURIComponent(one.caseRef)}`,
  corrections: (one) => `#/records?record=${encodeURIComponent(one.caseRef)}`,
};
export const caseLink = (one) => LISTS[one.errand]?.(one) ?? `#/case/${one.errand}/${one.caseRef}`;

// The cases of the queue as it was last looked at: from one of them one goes on to the next.
let seen = [];
export const beside = (href) => {
  const at = seen.indexOf(href);
  return at < 0 ? {} : { before: seen[at - 1], after: seen[at + 1] };
};

const MOST_BARS = 10;

// How far a deadline is, in working days: said in words, and drawn as one bar a day for who looks down the column.
function dueCell({ due, left }) {
  const late = left < 0;
  const tone = late ? "bad" : left === 0 ? "warn" : "wait";
  const bars = Math.min(MOST_BARS, Math.max(1, Math.abs(left)));
  return h(
    `td.due.due-${tone}`,
    {},
    h("strong", {}, workingDaysWords(left)),
    h("small", {}, dateWords(due.on), due.isStatutory ? "" : " · 服务期限"),
    h(
      "span.due-bars",
      { "aria-hidden": "true" },
      Array.from({ length: bars }, () => h("i")),
    ),
  );
}

const later = (days) => {
  const on = new Date(`${today()}T00:00:00Z`);
  on.setUTCDate(on.getUTCDate() + days);
  return on.toISOString().slice(0, 10);
};

const initial = (name) =>
  h(
    `span.who${name ? "" : ".who-none"}`,
    { title: name ?? "没人办", "aria-hidden": "true" },
    name?.slice(0, 1) ?? "无",
  );

const line = (one) =>
  h(
    `tr${one.isLate ? ".late" : ""}`,
    {
      onclick: (event) => {
        if (!event.target.closest("a,input")) location.hash = caseLink(one);
      },
    },
    h("td.pick", {}, h("input", { type: "checkbox", "data-case": one.caseRef, "aria-label": `选${one.number}` })),
    dueCell(one.next),
    h("td", {}, h("span.kind", {}, titleOf(one.errand))),
    h(
      "td",
      {},
      h("strong", {}, [one.party, one.about].filter(Boolean).join(" · ")),
      h("small", {}, h("a", { href: caseLink(one) }, one.number), ` · ${unitWords(one.next.owedBy)}`),
    ),
    h(
      "td",
      {},
      one.statusLabel,
      h("small", {}, one.next.title),
      one.urgedOn ? badge("warn", `当事人催过 ${dateWords(one.urgedOn)}`) : null,
    ),
    h("td", {}, initial(one.assigneeName), h("span.sr", {}, one.assigneeName ?? "没人办")),
  );

const GROUPS = [
  ["已超期", (left) => left < 0],
  ["今天到期", (left) => left === 0],
  ["3个工作日内", (left) => left <= 3],
  ["以后", () => true],
];
const groupOf = (one) => GROUPS.findIndex(([, holds]) => holds(one.next.left));

// One body of the table for each group, in the order of the queue, which is that of the days.
function addLines(table, items) {
  seen.push(...items.map(caseLink).filter((href) => href.startsWith("#/case/")));
  for (const one of items) {
    const group = groupOf(one);
    let body = table.querySelector(`tbody[data-group="${group}"]`);
    if (!body) {
      const count = h("span", { "data-count": "" });
      body = h("tbody", { "data-group": String(group) });
      table.append(
        h(
          `tbody.group.group-${group}`,
          {},
          h("tr", {}, h("th", { colspan: "6", scope: "rowgroup" }, GROUPS[group][0], " ", count)),
        ),
        body,
      );
    }
    body.append(line(one));
    body.previousElementSibling.querySelector("[data-count]").textContent = String(body.children.length);
  }
}

const clockWords = (at) =>
  new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });

const UNTIL = [
  ["today", "今天为止", 0],
  ["soon", "3个工作日内", null],
  ["week", "7天内", 7],
];

// Cases go to a colleague one by one or several at once; how much everybody has stands beside the name.
export const assignTo = (refs, load, again) =>
  sheet(refs.length > 1 ? `分配${refs.length}件` : "分配", (close) =>
    form(
      [
        {
          name: "assignee",
          kind: "pick",
          label: "交给",
          required: true,
          options: load.colleagues.map((one) => ({
            value: one.id ?? "none",
            label: one.id ? `${one.name}（手上${one.total}件，超期${one.late}件）` : "放回待办，没人办",
          })),
        },
        { name: "reason", kind: "text", rows: 2, max: 500, least_length: 2, label: "理由", required: true },
      ],
      "确定",
      async ({ assignee, reason }) => {
        await api.post("/staff/queue/assign", { cases: refs, assignee: assignee === "none" ? null : assignee, reason });
        close(true);
      },
    ),
  ).then((done) => done && again());

// The views that one looks at many times a day, with how much is in each of the whole place; each is an address.
function views(load, query, staff) {
  const of = (id) => load.colleagues.find((one) => one.id === id)?.total ?? 0;
  const all = [
    ["全部", load.total, {}],
    ["已超期", load.late, { late: "true" }],
    ["今天为止", load.late + load.today, { until: "today" }],
    ["3个工作日内", load.late + load.today + load.soon, { until: "soon" }],
    ["我的", of(staff.id), { assignee: staff.id }],
    ["没人办", of(null), { assignee: "nobody" }],
  ];
  const now = search({ ...query, order: undefined });
  return h(
    "nav.desk-tabs",
    { "aria-label": "常用视图" },
    all.map(([label, count, filter]) =>
      h(
        "a",
        { href: `#/queue${search(filter)}`, "aria-current": search(filter) === now ? "page" : null },
        `${label} ${count}`,
      ),
    ),
  );
}

const DAY_FIELD = (name, label) => ({ name, kind: "date", label, required: true });

// Who is away and who stands in: for oneself, or for a colleague who fell ill.
const absences = (items, load, staff, again) =>
  sheet("不在岗，找人代办", (close) => {
    const people = load.colleagues
      .filter((one) => one.id)
      .map((one) => ({ value: one.id, label: one.id === staff.id ? `我（${one.name}）` : one.name }));
    return [
      items.length
        ? h(
            "ul.bullets",
            {},
            items.map((one) =>
              h(
                "li",
                {},
                `${one.officerName}，${dateWords(one.fromOn)}到${dateWords(one.untilOn)}，由${one.substituteName}代办 `,
                button(
                  "取消",
                  async () => {
                    await api.post(`/staff/absences/${one.id}/end`);
                    close(true);
                    again();
                  },
                  "quiet.small",
                ),
              ),
            ),
          )
        : h("p", {}, "现在没有人不在岗。"),
      form(
        [
          { name: "officer", kind: "pick", label: "谁不在", required: true, options: people, value: staff.id },
          DAY_FIELD("fromOn", "从哪天"),
          DAY_FIELD("untilOn", "到哪天（含这一天）"),
          { name: "substitute", kind: "pick", label: "谁代办", required: true, options: people },
        ],
        "登记",
        async (values) => {
          await api.post("/staff/absences", values);
          close(true);
          toast("已登记，到期自动结束");
          again();
        },
      ),
    ];
  });

export async function show({ query, staff, again }) {
  const days = UNTIL.find(([name]) => name === query.until)?.[2];
  const workload = api.get("/staff/workload");
  const until = query.until === "soon" ? (await workload).soonUntil : days === undefined ? "" : later(days);
  const page = (cursor) =>
    api.get(
      `/staff/queue${search({ errand: query.errand, status: query.status, late: query.late, assignee: query.assignee, unit: query.unit, until, order: query.order, cursor, limit: 50 })}`,
    );
  const [first, load, answers, away] = await Promise.all([
    page(),
    workload,
    api.get("/staff/journal/answers"),
    api.get("/staff/absences"),
  ]);
  const standingIn = away.items.filter((one) => one.substitute === staff.id && one.fromOn <= today());
  const morning = load.morning;
  const statuses = statusesOf(query.errand);
  const units = [...new Set([query.unit, ...first.items.map((one) => one.next.owedBy)].filter(Boolean))].sort();
  const chosen = () => [...table.querySelectorAll("input[data-case]:checked")].map((box) => box.dataset.case);
  const go = (change) => {
    location.hash = `#/queue${search({ ...query, ...change })}`;
  };
  const table = h(
    "table.queue.by-day",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ["选", "到期", "事项", "当事人和事由", "走到哪", "承办"].map((text) => h("th", { scope: "col" }, text)),
      ),
    ),
  );
  seen = [];
  addLines(table, first.items);
  const tail = furtherPages(first, page, (items) => addLines(table, items));
  const links = () => [...table.querySelectorAll("a")];
  const move = (by) => {
    const all = links();
    const at = all.indexOf(document.activeElement);
    all[Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
  };
  return {
    title: "待办",
    open: load.total,
    focus: links()[0],
    keys: (event) => {
      if (event.key === "j") move(1);
      else if (event.key === "k") move(-1);
    },
    body: [
      h(
        "div.desk-head",
        {},
        h("h2", {}, "待办"),
        h("p", {}, `共${load.total}件：${load.late}件已超期，${load.today}件今天到期，${load.soon}件3个工作日内到期`),
      ),
      answers.items.length
        ? note(
            "info",
            `当事人回答了您的问题，还没人看（${answers.items.length}）：`,
            answers.items.map((one) => [h("a", { href: caseLink(one) }, one.number), " "]),
          )
        : null,
      standingIn.length
        ? note(
            "info",
            standingIn.map((one) => `您在代${one.officerName}办，到${dateWords(one.untilOn)}。`).join(""),
            h("a", { href: `#/queue${search({ assignee: staff.id })}` }, "看我的和代办的"),
          )
        : null,
      morning
        ? note(
            morning.late ? "warn" : "info",
            `今天${clockWords(morning.writtenAt)}的晨报：${morning.late}件超期，${morning.soon}件3个工作日内到期。`,
          )
        : null,
      views(load, query, staff),
      h(
        "div.desk-filters",
        { role: "group", "aria-label": "筛选" },
        h(
          "label",
          {},
          "事项",
          h(
            "select",
            { onchange: (event) => go({ errand: event.target.value, status: "" }) },
            h("option", { value: "" }, "全部"),
            queued().map((one) => h("option", { value: one.name, selected: query.errand === one.name }, one.title)),
          ),
        ),
        h(
          "label",
          {},
          "承办人",
          h(
            "select",
            { onchange: (event) => go({ assignee: event.target.value }) },
            h("option", { value: "" }, "全部"),
            load.colleagues.map((one) =>
              h(
                "option",
                { value: one.id ?? "nobody", selected: query.assignee === (one.id ?? "nobody") },
                `${one.id === staff.id ? "我" : one.name}（${one.total}）`,
              ),
            ),
          ),
        ),
        statuses.length
          ? h(
              "label",
              {},
              "走到哪",
              h(
                "select",
                { onchange: (event) => go({ status: event.target.value }) },
                h("option", { value: "" }, "全部"),
                statuses.map((one) => h("option", { value: one.name, selected: query.status === one.name }, one.label)),
              ),
            )
          : null,
        h(
          "label",
          {},
          "谁该办",
          h(
            "select",
            { onchange: (event) => go({ unit: event.target.value }) },
            h("option", { value: "" }, "全部"),
            units.map((one) => h("option", { value: one, selected: query.unit === one }, one)),
          ),
        ),
        h(
          "label",
          {},
          "到期",
          h(
            "select",
            { onchange: (event) => go({ until: event.target.value }) },
            h("option", { value: "" }, "全部"),
            UNTIL.map(([name, label]) => h("option", { value: name, selected: query.until === name }, label)),
          ),
        ),
        h(
          "label",
          {},
          "排列",
          h(
            "select",
            { onchange: (event) => go({ order: event.target.value }) },
            h("option", { value: "" }, "先到期"),
            h("option", { value: "last", selected: query.order === "last" }, "后到期"),
          ),
        ),
      ),
      buttons(
        button(
          "把选中的分配给…",
          () => {
            const refs = chosen();
            if (refs.length) return assignTo(refs, load, again);
            toast("先在左边选几件");
            return null;
          },
          "quiet",
        ),
        button("不在岗，找人代办", () => absences(away.items, load, staff, again), "quiet"),
      ),
      first.items.length
        ? h("div.scroll", { tabindex: "0", role: "region", "aria-label": "待办列表" }, table)
        : empty("没有待办", Object.values(query).some(Boolean) ? "按筛选条件没有找到。" : "现在没有要办的。"),
      tail,
    ],
  };
}
