import { api, query } from "../api.js";
import { aboutOf, stateBadge } from "../cases.js";
import { errandOf, learnErrands } from "../errands.js";
import { cell, cells, emptyOf, FLOW_LINKS, link, pager } from "../ui.js";
import { dateWords, unitWords } from "../words.js";

export async function show({ params }) {
  const { kind } = params;
  await learnErrands();
  const errand = errandOf(kind);
  if (!errand) return { go: "#/affairs" };
  const more = (cursor) => api.get(`/me/${kind}${query({ cursor, limit: 20 })}`);
  const draw = (one) =>
    cells(
      null,
      cell({
        label: unitWords(aboutOf(one)),
        mark: stateBadge(one),
        text: [one.number, dateWords(one.filedAt ?? one.askedAt ?? one.appliedAt)].filter(Boolean).join(" · "),
        href: `#/cases/${kind}/${one.id}`,
      }),
    );
  return {
    title: `我的${errand.title}`,
    body: pager(
      await more(),
      more,
      draw,
      emptyOf(
        "list",
        `还没有${errand.title}`,
        "",
        FLOW_LINKS[errand.flow] ? link("现在去办", FLOW_LINKS[errand.flow]) : null,
      ),
    ),
  };
}
