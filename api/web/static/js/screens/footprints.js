import { api, query as search } from "../api.js";
import { h, icon } from "../dom.js";
import { monthBars } from "../drawings.js";
import { allRecords, loadReport } from "../me.js";
import { prefs } from "../prefs.js";
import { nameOf } from "../records.js";
import { go, here } from "../router.js";
import { cell, cells, emptyOf, fold, folds, link, pager, section } from "../ui.js";
import { soft } from "../underway.js";
import { civil, monthOf, near, stampWords, today, unitWords } from "../words.js";

const MOST = 100;
const MONTHS = 6;

const disputed = ({ dispute }) =>
  `#/do/objection?footprint=${dispute.footprintId}${dispute.recordId ? `&record=${dispute.recordId}` : ""}`;
const isAsked = (one) => one.kind === "queried";
const isShared = (one) => one.kind === "shared";
const isMain = (one) => ["queried", "shared", "used"].includes(one.kind);
// One's own looks are fetched apart: there are many, and they would crowd the others out.
const fetched = (own, cursor) => api.get(`/me/footprints${search({ cursor, limit: MOST, own })}`);

const KINDS = {
  asked: ["别人查", isAsked],
  shared: ["共享", isShared],
  other: ["其他", (one) => !isMain(one)],
};

// The six months up to today, whether anything happened in them or not.
function monthsOf(traces) {
  const [year, month] = today().split("-").map(Number);
  return Array.from({ length: MONTHS }, (_, index) => {
    const at = new Date(Date.UTC(year, month - MONTHS + index, 1)).toISOString().slice(0, 7);
    const there = traces.filter((one) => civil(one.at).slice(0, 7) === at);
    return { at, label: monthOf(at), asked: there.filter(isAsked).length, shared: there.filter(isShared).length };
  });
}

function draw(names) {
  return (one) => {
    const on = civil(one.at);
    const day = on.slice(0, 7) === today().slice(0, 7) ? `${Number(on.slice(8))}日` : near(on);
    const about = one.records.map((id) => names.get(id)).filter(Boolean);
    return h(
      "div.cell.strong",
      {},
      h(
        `span.chip.${isAsked(one) ? "warn" : "none"}`,
        {},
        icon(isAsked(one) ? "eye" : isShared(one) ? "share" : "file"),
      ),
      h(
        "div.cell-text",
        {},
        h("span.cell-label", {}, unitWords(one.granteeName ?? one.unit)),
        h(
          "small",
          {},
          `${one.kindLabel}：${one.why}${about.length ? `（${about.join("、")}）` : one.records.length > 1 ? `（${one.records.length}条）` : ""}`,
        ),
        h("small", {}, `依据：${one.basis}`),
        prefs.elder ? h("small", {}, day) : null,
        one.granteeName ? h("a", { href: `#/grants/${one.ref}` }, "看这次授权") : null,
        one.dispute ? h("a", { href: disputed(one), "aria-label": one.dispute.label }, "不认识这次？") : null,
      ),
      prefs.elder ? null : h("span.cell-value", {}, day),
    );
  };
}

export async function show({ query }) {
  const kind = KINDS[query.kind] ? query.kind : "";
  const [first, looks, kept] = await Promise.all([fetched(false), fetched(true), soft(loadReport, null)]);
  const names = new Map(kept ? allRecords(kept.report).map((one) => [one.id, nameOf(one)]) : []);
  const own = `${looks.items.length}${looks.nextCursor ? "多" : ""}次`;
  const others = first.items;
  const asked = others.filter(isAsked).length;
  const shared = others.filter(isShared).length;
  const main = others.filter(isMain);
  const used = main.length - asked - shared;
  const shown = kind ? others.filter(KINDS[kind][1]) : main;
  const months = monthsOf(others);
  const pick = (value, label, count) =>
    h(
      "button",
      {
        "aria-pressed": String(kind === value),
        onclick: () => go(`#${here().path}${value ? `?kind=${value}` : ""}`, { replace: true }),
      },
      `${label} ${count}`,
    );
  const byMonth = group(shown);
  const since = others.length ? near(civil(others.at(-1).at)) : null;
  return {
    title: "谁查过我",
    body: [
      h(
        "div.title-block",
        {},
        h(
          "h1",
          { tabindex: "-1" },
          asked ? `别人查过${asked}次，` : "没有别人查过您，",
          h("br"),
          `系统共享${shared}次`,
          used ? `，单位使用${used}次` : "",
        ),
        h("p.small-text", {}, `${since ? `${since}到今天。` : ""}您自己看的${own}不算。`),
      ),
      prefs.elder
        ? null
        : h(
            "div.card",
            {},
            monthBars(months),
            h(
              "p.legend",
              { "aria-hidden": "true" },
              h("span", {}, h("i.asked"), "别人查"),
              h("span", {}, h("i.held"), "系统共享"),
            ),
            h("p.sr", {}, months.map((one) => `${one.label}别人查${one.asked}次、共享${one.shared}次`).join("；")),
          ),
      h(
        "div.filters",
        { role: "group", "aria-label": "按种类看" },
        pick("", "谁用过", main.length),
        Object.entries(KINDS).map(([value, [label, fits]]) => pick(value, label, others.filter(fits).length)),
      ),
      shown.length
        ? [...byMonth].map(([month, items]) =>
            section(monthOf(month), `${items.length}次`, cells(null, items.map(draw(names)))),
          )
        : emptyOf("eye", "没有这类记录", "还没有人这样用过您的信息。"),
      first.nextCursor
        ? pager(
            { items: [], nextCursor: first.nextCursor },
            (cursor) => fetched(false, cursor),
            (one) => cells(null, draw(names)(one)),
          )
        : null,
      folds(
        looks.items.length
          ? fold(
              `您自己看过${own}`,
              "mine",
              h(
                "ul.bullets",
                {},
                looks.items.map((one) => h("li", {}, `${stampWords(one.at)} ${one.why}`)),
              ),
            )
          : null,
        cell({ label: "谁能查、凭什么查", picture: "book", href: "#/rules" }),
      ),
      link("授权别人看一次", "#/do/grant", "quiet"),
    ],
  };
}

function group(items) {
  const found = new Map();
  for (const one of items) {
    const at = civil(one.at).slice(0, 7);
    found.set(at, [...(found.get(at) ?? []), one]);
  }
  return found;
}
