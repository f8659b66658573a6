import { api, query as search } from "../api.js";
import { h } from "../dom.js";
import { go, here } from "../router.js";
import { badge, card, empty, link, pager, unfold } from "../ui.js";
import { stampWords } from "../words.js";

export const KINDS = {
  collected: "采集",
  gathered: "归集",
  published: "公开",
  shared: "共享",
  queried: "查询",
  repaired: "修复",
  used: "使用",
};

const disputed = ({ dispute }) =>
  `#/do/objection?footprint=${dispute.footprintId}${dispute.recordId ? `&record=${dispute.recordId}` : ""}`;

const draw = (one) =>
  card(
    null,
    h("div.badges", {}, badge("info", one.kindLabel)),
    h("h2", {}, one.granteeName ? `${one.granteeName}（${one.unit}）` : one.unit),
    h("p", {}, one.why),
    h("p.small-text", {}, `${stampWords(one.at)} · 依据：${one.basis}`),
    one.records.length
      ? unfold(
          `涉及 ${one.records.length} 条记录`,
          h(
            "div.row",
            {},
            one.records.map((record, index) => link(`看第 ${index + 1} 条`, `#/records/${record}`, "quiet.small")),
          ),
        )
      : null,
    one.granteeName ? link("看这次授权", `#/grants/${one.ref}`, "quiet.small") : null,
    one.dispute ? link(one.dispute.label, disputed(one), "quiet.small") : null,
  );

// One's own looks that follow each other stand together, so that others' are seen.
const OWN = "本人";
const isOwnLook = (one) => one.unit === OWN && one.kind === "queried";
const grouped = (items) =>
  items
    .reduce((groups, one) => {
      if (isOwnLook(one) && groups.at(-1)?.own) groups.at(-1).own.push(one);
      else groups.push(isOwnLook(one) ? { own: [one] } : one);
      return groups;
    }, [])
    .map((one) => (one.own?.length === 1 ? one.own[0] : one));

const drawOwn = ({ own }) =>
  card(
    null,
    h("div.badges", {}, badge("info", own[0].kindLabel)),
    h("h2", {}, `您自己看过 ${own.length} 次`),
    h("p", {}, [...new Set(own.map((one) => one.why))].join("、")),
    unfold(
      "看每一次的时间",
      h(
        "ul.bullets",
        {},
        own.map((one) => h("li", {}, `${stampWords(one.at)} ${one.why}`)),
      ),
    ),
  );

export async function show({ query }) {
  const kind = KINDS[query.kind] ? query.kind : "";
  const more = async (cursor) => {
    const page = await api.get(`/me/footprints${search({ kind, cursor, limit: 20 })}`);
    return { ...page, items: grouped(page.items) };
  };
  const pick = (value, label) =>
    h(
      "button",
      {
        "aria-pressed": String(kind === value),
        onclick: () => go(`#${here().path}${value ? `?kind=${value}` : ""}`, { replace: true }),
      },
      label,
    );
  return {
    title: "谁查过我",
    body: [
      h("p", {}, "谁在什么时候、为什么、依据什么，动过您的信息。"),
      h(
        "div.filters",
        { role: "group", "aria-label": "按种类看" },
        pick("", "全部"),
        Object.entries(KINDS).map(([value, label]) => pick(value, label)),
      ),
      pager(
        await more(),
        more,
        (one) => (one.own ? drawOwn(one) : draw(one)),
        empty("没有这类记录", "还没有人这样用过您的信息。"),
      ),
    ],
  };
}
