// What the unit owes to others, by day: verifications, letters, repairs, pledges to find, replies on listings, measures to lift,
// and requests not to publish any more.

import { api } from "../api.js";
import { h } from "../dom.js";
import { choice, form } from "../forms.js";
import { badge, button, card, confirm, empty, sheet, toast } from "../ui.js";
import { stampWords, today } from "../words.js";
import { draw as drawCase, ERRANDS } from "./case.js";
import { table, title } from "./parts.js";

const HERE = { measures: "解除措施", withdrawals: "请求不再公开" };
const nameOf = (errand) => ERRANDS[errand]?.title ?? HERE[errand];
const owing = (one) => one.clocks?.find((clock) => !clock.doneAt)?.due;
const LISTS = [
  ["verifications", "", (one) => [one.recordTitle, one.next?.due, one.isOpen]],
  ["letters", "", (one) => [one.title, one.next?.due, one.isOpen]],
  ["repairs", "", (one) => [one.recordTitle, one.next?.due, one.isOpen]],
  ["pledges", "status=performed&", (one) => [one.title, one.due, !one.finding]],
  ["pledges", "status=effective&", (one) => [one.title, one.due, !one.finding && one.due?.on < today()]],
  ["listings", "", (one) => [one.recordTitle, owing(one) ?? one.replyBy, !one.closedAt]],
  ["measures", "", (one) => [one.title, one.due, !one.liftedAt]],
  ["withdrawals", "", (one) => [one.title, null, one.actions.length > 0]],
];

// To the last page: the newest come first, and what is late stands at the end.
async function owed([errand, query, read]) {
  const items = [];
  let cursor = "";
  do {
    const page = await api.get(`/provider/${errand}?${query}limit=100${cursor && `&cursor=${cursor}`}`);
    items.push(...page.items);
    cursor = encodeURIComponent(page.nextCursor ?? "");
  } while (cursor);
  return items
    .map((one) => ({ errand, one, read: read(one) }))
    .filter(({ read: [, , isOpen] }) => isOpen)
    .map(({ one, read: [what, due] }) => ({ errand, one, what, due: due?.on ?? null }));
}

async function lift(one, again) {
  if (!(await confirm("解除措施", `“${one.title}”已经不再采取？确认后记为今天解除。`, "已经解除"))) return;
  await api.post(`/provider/measures/${one.repairId}/lifted`, { code: one.code });
  toast("已办理");
  again();
}

async function answer(one, again) {
  const isDone = await sheet("答复请求", (close) =>
    form(
      [
        { kind: "say", body: h("p", {}, `“${one.title}”。${one.note}`) },
        choice("isAgreed", "怎么答复", { yes: "同意不再公开", no: "不同意" }),
        { name: "reason", kind: "text", rows: 3, max: 2000, label: "理由", hint: "不同意的，一定要写；当事人看得到。" },
      ],
      "答复",
      async ({ isAgreed, reason }) => {
        await api.post(`/provider/withdrawals/${one.id}/answer`, {
          isAgreed: isAgreed === "yes",
          reason: reason || null,
        });
        close(true);
      },
    ),
  );
  if (!isDone) return;
  toast("已办理");
  again();
}

const again = () => {
  location.hash = "#/hand-in";
  location.hash = "#/owed";
};

const HANDLED = { measures: ["已经解除", lift], withdrawals: ["答复", answer] };
const door = ({ errand, one, what }) => {
  const [label, work] = HANDLED[errand] ?? [];
  return work
    ? button(label, () => work(one, again), "quiet.small")
    : h("a", { href: `#/owed/${errand}/${one.id}`, "aria-label": `打开 ${one.number} ${what}` }, "打开");
};

export async function draw([errand, id]) {
  if (ERRANDS[errand] && id) return drawCase(errand, id);
  const [lists, { items: reminded }] = await Promise.all([
    Promise.all(LISTS.map(owed)),
    api.get("/provider/reminders"),
  ]);
  const all = lists.flat();
  const open = new Set(all.map(({ one }) => one.id));
  const urged = reminded.filter((one) => open.has(one.caseRef));
  all.sort((a, b) => (a.due ?? "9999").localeCompare(b.due ?? "9999"));
  const now = today();
  const late = all.filter((one) => one.due && one.due < now).length;
  if (!all.length)
    return [title("要办的"), empty("现在没有要办的", "有人提异议、申请修复，或者承诺到期，都会出现在这里。")];
  return [
    title("要办的", h("p", {}, late ? badge("bad", `${late} 件已晚`) : badge("good", "没有晚的"))),
    urged.length
      ? card(
          "信用中心催办",
          h(
            "ul.bullets",
            {},
            urged.map((one) => h("li", {}, `${stampWords(one.at)}　${one.number}　`, one.text ?? "请尽快办理。")),
          ),
        )
      : null,
    card(
      null,
      table(
        ["最晚", "事项", "编号", "关于", "进展", ""],
        all.map((one) => [
          one.due ? (one.due < now ? h("td.wrong", {}, `▼ ${one.due} 已晚`) : one.due) : "没有期限",
          nameOf(one.errand),
          one.one.number ?? "",
          one.what,
          one.one.statusLabel ?? "",
          door(one),
        ]),
        "要办的",
      ),
    ),
  ];
}
