import { api, query } from "../api.js";
import { KINDS, stateBadge } from "../cases.js";
import { cell, cells, emptyOf, link, pager } from "../ui.js";
import { dateWords, unitWords } from "../words.js";

export async function show({ params }) {
  const { kind } = params;
  const words = KINDS[kind];
  if (!words) return { go: "#/affairs" };
  const more = (cursor) => api.get(`/me/${kind}${query({ cursor, limit: 20 })}`);
  const draw = (one) =>
    cells(
      null,
      cell({
        label: unitWords(words.about(one)),
        mark: stateBadge(one),
        text: [one.number, dateWords(one.filedAt ?? one.askedAt ?? one.appliedAt)].filter(Boolean).join(" · "),
        href: `#/cases/${kind}/${one.id}`,
      }),
    );
  return {
    title: `我的${words.title}`,
    body: pager(
      await more(),
      more,
      draw,
      emptyOf("list", `还没有${words.title}`, "", words.flow ? link("现在去办", `#/do/${words.flow}`) : null),
    ),
  };
}
