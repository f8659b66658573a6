// What the unit owes to others, by day: verifications, repairs, pledges to find, replies on listings, measures to lift.

import { api } from "../api.js";
import { h } from "../dom.js";
import { badge, card, empty } from "../ui.js";
import { table, title } from "./parts.js";

const KINDS = [
  ["异议核查", "/provider/verifications", (one) => [one.recordTitle, one.next?.due, one.isOpen]],
  ["信用修复", "/provider/repairs", (one) => [one.recordTitle, one.next?.due, one.isOpen]],
  ["承诺认定", "/provider/pledges", (one) => [one.title, one.due, !one.finding]],
  ["名单告知", "/provider/listings", (one) => [one.recordTitle, one.replyBy, !one.closedAt]],
  ["解除措施", "/provider/measures", (one) => [one.title, one.due, !one.liftedAt]],
];

async function owed([kind, path, read]) {
  const page = await api.get(`${path}?limit=100`);
  return page.items
    .map((one) => ({ kind, number: one.number, label: one.statusLabel ?? "", read: read(one) }))
    .filter((one) => one.read[2])
    .map(({ kind: of, number, label, read: [what, due] }) => ({ kind: of, number, label, what, due: due?.on ?? null }));
}

export async function draw() {
  const all = (await Promise.all(KINDS.map(owed))).flat();
  all.sort((a, b) => (a.due ?? "9999").localeCompare(b.due ?? "9999"));
  const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());
  const late = all.filter((one) => one.due && one.due < today).length;
  if (!all.length)
    return [title("要办的"), empty("现在没有要办的", "有人提异议、申请修复，或者承诺到期，都会出现在这里。")];
  return [
    title("要办的", h("p", {}, late ? badge("bad", `${late} 件已晚`) : badge("good", "没有晚的"))),
    card(
      null,
      table(
        ["最晚", "事项", "编号", "关于", "进展"],
        all.map((one) => [
          one.due ? (one.due < today ? h("td.wrong", {}, `▼ ${one.due} 已晚`) : one.due) : "没有期限",
          one.kind,
          one.number ?? "",
          one.what,
          one.label,
        ]),
        "要办的",
      ),
    ),
  ];
}
