// Who helps me, and whom I help.

import { api, query } from "../api.js";
import { phoneRow } from "../centres.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { helping } from "../helping.js";
import { again, go, rename } from "../router.js";
import { badge, button, card, confirm, emptyOf, facts, link, note, pager, section, toast } from "../ui.js";
import { dateWords, stampWords } from "../words.js";

const TONES = { active: "good", offered: "info" };
const labels = (powers) => powers.map((one) => one.label).join("、");

async function revoke(one) {
  if (!(await confirm("收回委托？", "对方马上不能再替您看和办。", "收回", "danger"))) return;
  await api.post(`/me/helpers/${one.id}/revoke`);
  toast("已收回");
  again();
}

const mine = (one) =>
  card(
    one.helperName,
    h("div.badges", {}, badge(TONES[one.status] ?? "plain", one.statusLabel)),
    facts([
      ["可以", labels(one.powers)],
      ["到", dateWords(one.until.on)],
      ["接受时间", one.takenAt ? stampWords(one.takenAt) : null],
    ]),
    one.canRevoke ? button("收回委托", () => revoke(one), "danger") : null,
  );

const begin = (one, to) => () => {
  helping.begin(one);
  go(to);
};

async function resign(one) {
  if (!(await confirm(`不再帮${one.resident}？`, "以后要帮忙，得请对方重新委托。", "不再帮", "danger"))) return;
  await api.post(`/helping/${one.id}/resign`);
  again();
}

const theirs = (one) =>
  card(
    `帮${one.resident}`,
    facts([
      ["可以", labels(one.powers)],
      ["到", dateWords(one.until.on)],
    ]),
    button("打开对方的报告", begin(one, "#/report")),
    one.powers.some((power) => power.item === "notice")
      ? button("看对方的消息", begin(one, "#/notices"), "quiet")
      : null,
    button("不再帮忙", () => resign(one), "quiet"),
  );

export async function show({ params }) {
  const code = params.code ?? "";
  if (code) rename("#/helpers");
  const more = (cursor) => api.get(`/me/helpers${query({ cursor, limit: 20 })}`);
  const [own, { items: helped }] = await Promise.all([more(), api.get("/helping")]);
  return {
    title: "请人帮忙",
    body: [
      section(
        "谁在帮我",
        null,
        pager(
          own,
          more,
          mine,
          emptyOf("list", "还没有请帮手", "不会用手机、眼睛不方便，可以请信得过的人替您看、替您办。"),
        ),
        link("请一位帮手", "#/do/helper"),
      ),
      helped.length ? section("我在帮谁", null, helped.map(theirs)) : null,
      section("代表单位、监护、代理", "有证明的，交给信用中心核对后开通。", link("申请代办", "#/do/mandate", "quiet")),
      section(
        "有人请我帮忙",
        null,
        card(
          null,
          form(
            [{ name: "code", kind: "text", label: "帮手码", required: true, max: 60, value: code }],
            "接受",
            async (values) => {
              await api.post("/helping/accept", { code: values.code.trim() });
              toast("已接受");
              again();
            },
          ),
        ),
        note("info", "您看过什么、办过什么，对方都会知道。"),
      ),
      phoneRow(),
    ],
  };
}
