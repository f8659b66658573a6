import { api, query } from "../api.js";
import { h } from "../dom.js";
import { again } from "../router.js";
import { badge, button, card, cell, confirm, empty, facts, link, pager, toast } from "../ui.js";
import { dateWords, SECTIONS, stampWords } from "../words.js";

const state = (one) => badge(one.status === "active" ? "info" : "plain", one.statusLabel);

export async function show() {
  const more = (cursor) => api.get(`/me/grants${query({ cursor, limit: 20 })}`);
  const draw = (one) =>
    cell({
      label: `${one.granteeName}：${one.purpose}`,
      mark: state(one),
      text: `到 ${dateWords(one.expires.on)}，看过 ${one.uses.length} 次，还剩 ${one.usesLeft} 次`,
      href: `#/grants/${one.id}`,
    });
  const first = await more();
  return {
    title: "授权查询",
    body: [
      link("新的授权", "#/do/grant"),
      pager(
        first,
        more,
        (one) => h("div.card.flat", {}, draw(one)),
        empty("没有授权", "不授权，别人看不到您不公开的信息。"),
      ),
    ],
  };
}

export async function one({ params }) {
  const grant = await api.get(`/me/grants/${encodeURIComponent(params.id)}`);
  return {
    title: "授权详情",
    body: [
      card(
        grant.granteeName,
        h("div.badges", {}, state(grant)),
        facts([
          ["用途", grant.purpose],
          ["范围", grant.sections.map((section) => SECTIONS[section]).join("、")],
          ["市场信用信息", grant.includesMarket.length ? `${grant.includesMarket.length} 条` : "不含"],
          ["授权时间", stampWords(grant.grantedAt)],
          ["有效到", dateWords(grant.expires.on)],
          ["次数", `共 ${grant.usesAllowed} 次，还剩 ${grant.usesLeft} 次`],
        ]),
      ),
      card(
        "看过的记录",
        grant.uses.length
          ? h(
              "ol.steps",
              {},
              grant.uses.map((use) => h("li", {}, h("strong", {}, use.viewer), h("small", {}, stampWords(use.at)))),
            )
          : h("p", {}, "还没有人看过。"),
      ),
      grant.canRevoke
        ? button(
            "收回授权",
            async () => {
              if (!(await confirm("收回授权？", "授权码马上失效，对方不能再看。", "收回", "danger"))) return;
              await api.post(`/me/grants/${grant.id}/revoke`);
              toast("已收回");
              again();
            },
            "danger",
          )
        : null,
    ],
  };
}
