import { api, Offline, Problem } from "../api.js";
import { KINDS, stateBadge } from "../cases.js";
import { draftLink, drafts } from "../drafts.js";
import { cell, cells, empty, note } from "../ui.js";
import { distance, stampWords } from "../words.js";

const DO = [
  ["objection", "提出异议", "记录有错、有漏，或者不认识某次查询", "pen"],
  ["repair", "申请信用修复", "义务履行完、期限到了，可以申请停止公示", "shield"],
  ["withdrawal", "撤销公示", "表彰、志愿、捐赠信息不想公开（云南）", "star"],
  ["declaration", "自主申报", "自己补充信用信息，标明“未经核验”", "file"],
  ["pledge", "信用承诺", "作出承诺、提交履行证明", "check"],
  ["grant", "授权查询", "给别人一次查看机会，随时收回", "key"],
];

const list = async (kind) => {
  try {
    return (await api.get(`/me/${kind}?limit=5`)).items.map((one) => ({ kind, one }));
  } catch (fault) {
    if (fault instanceof Problem || fault instanceof Offline) return [];
    throw fault;
  }
};

export async function show() {
  const kinds = ["objections", "repairs", "withdrawals", "declarations", "pledges", "listings"];
  const [found, kept] = await Promise.all([Promise.all(kinds.map(list)), drafts()]);
  const running = found.flat();
  const next = (one) => one.next ?? one.clocks?.find((clock) => !clock.doneAt);
  return {
    title: "办事",
    body: [
      cells(
        "要办什么",
        DO.map(([flow, label, text, picture]) => cell({ label, text, picture, href: `#/do/${flow}` })),
      ),
      kept.length
        ? cells(
            "草稿（只在这部手机上）",
            kept.map((draft) =>
              cell({
                label: draft.title,
                text: `存于 ${stampWords(draft.at)}`,
                href: draftLink(draft),
                picture: "pen",
              }),
            ),
          )
        : null,
      running.length
        ? cells(
            "我的办理",
            running.map(({ kind, one }) =>
              cell({
                label: `${KINDS[kind].title}：${KINDS[kind].about(one)}`,
                mark: stateBadge(one),
                text: next(one)
                  ? `${next(one).title}${next(one).isLate ? "，已超过期限" : `，${distance(next(one).due.on)}`}`
                  : one.number,
                href: `#/cases/${kind}/${one.id}`,
              }),
            ),
          )
        : empty("还没有办理中的事项", "上面选一件就可以开始。"),
      cells(
        "全部",
        kinds.map((kind) => cell({ label: `我的${KINDS[kind].title}`, href: `#/cases/${kind}` })),
      ),
      note("info", "所有事项都不收费。"),
    ],
  };
}
