// The units that send records, and the keys of their software.

import { api } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { badge, button, buttons, card, confirm, empty, facts, note, sheet, toast } from "../ui.js";
import { dateWords } from "../words.js";
import { codeOnce } from "./people.js";
import { table } from "./table.js";

const SCOPES = {
  records: "报送和查看记录",
  corrections: "更正",
  revocations: "撤销",
  verifications: "答复异议核查",
  repairs: "答复修复",
  changes: "取变动",
  pledges: "承诺认定",
  listings: "名单告知和决定",
  withdrawals: "答复撤销公示",
  grants: "凭授权码查询",
};
const STATES = {
  good: ["good", "在用"],
  ending: ["warn", "快到期"],
  ended: ["plain", "已到期"],
  revoked: ["plain", "已停用"],
};

const newKey = async (title, reply, again, ...words) => {
  await codeOnce(title, reply.key, ...words);
  again();
};

const add = (again) =>
  sheet("添加单位", (close) =>
    form(
      [
        { name: "name", kind: "text", label: "单位全称", required: true, max: 60 },
        { name: "unifiedCode", kind: "text", label: "统一社会信用代码", required: true, max: 18 },
        {
          name: "systems",
          kind: "text",
          rows: 2,
          label: "哪些系统收它的副本",
          hint: "一行一个，没有的不填。更正以后要逐个跟进。",
          max: 1200,
        },
        { name: "isMarket", kind: "tick", label: "是市场信用服务机构，不是公共单位" },
      ],
      "添加",
      async ({ systems, isMarket, ...values }) => {
        await api.post("/staff/units", {
          name: values.name.trim(),
          unifiedCode: values.unifiedCode.trim().toUpperCase(),
          isMarket: Boolean(isMarket),
          systems: (systems ?? "")
            .split("\n")
            .map((one) => one.trim())
            .filter(Boolean),
        });
        close(true);
        toast("已添加");
        again();
      },
    ),
  );

const issue = (unit, again) =>
  sheet(`给${unit.name}发密钥`, (close) =>
    form(
      [
        {
          name: "scopes",
          kind: "many",
          label: "能做什么",
          required: true,
          options: Object.entries(SCOPES).map(([value, label]) => ({ value, label })),
        },
        { name: "isExchangeOnly", kind: "tick", label: "只用来换短时令牌（更安全，单位的软件要支持）" },
        { name: "days", kind: "number", label: "多少天后到期", hint: "不填就一直有效。", least: 1, latest: 3650 },
      ],
      "发密钥",
      async ({ scopes, days, isExchangeOnly }) => {
        const reply = await api.post(`/staff/units/${unit.id}/keys`, {
          scopes,
          isExchangeOnly: Boolean(isExchangeOnly),
          ...(days ? { days } : {}),
        });
        close(true);
        await newKey(`${unit.name}的新密钥`, reply, again);
      },
    ),
  );

const rotate = async (key, again) => {
  if (
    !(await confirm(
      "更换密钥",
      "马上发一个权限相同的新密钥；旧的最多再用 7 天（本来就快到期的，到原来那天），单位在这期间换上新的。",
      "更换",
    ))
  )
    return;
  await newKey(
    "更换后的密钥",
    await api.post(`/staff/keys/${key.id}/rotate`),
    again,
    "旧密钥最多再用 7 天，列表里写着到哪天；换好了可以提前停用。",
  );
};

const revoke = async (key, again) => {
  if (!(await confirm("停用密钥", "20 秒内处处停用，不能恢复。单位的系统会马上连不上。", "停用"))) return;
  await api.post(`/staff/keys/${key.id}/revoke`);
  toast("已停用");
  again();
};

const keyLine = (key, again) =>
  h(
    "tr",
    {},
    h("td", {}, h("code", {}, key.id)),
    h("td", {}, badge(...STATES[key.state]), key.isExchangeOnly ? h("small", {}, " 只换令牌") : ""),
    h(
      "td",
      {},
      key.scopes.length === Object.keys(SCOPES).length ? "全部" : key.scopes.map((one) => SCOPES[one]).join("、"),
    ),
    h("td", {}, key.usedOn ? dateWords(key.usedOn) : "没用过"),
    h("td", {}, key.expiresOn ? dateWords(key.expiresOn) : "不到期"),
    h(
      "td",
      {},
      key.state === "good" || key.state === "ending"
        ? buttons(
            button("更换", () => rotate(key, again), "quiet.small"),
            button("停用", () => revoke(key, again), "quiet.small"),
          )
        : "",
    ),
  );

const unitCard = (unit, again) =>
  card(
    unit.name,
    facts([
      ["统一社会信用代码", unit.unifiedCode],
      ["性质", unit.isMarket ? "市场信用服务机构" : "公共单位"],
      ["收副本的系统", unit.systems.join("、") || "没有"],
      ["代为报送", unit.represents.join("、")],
    ]),
    unit.keys.length
      ? table(
          `${unit.name}的密钥`,
          ["密钥编号", "状态", "权限", "最后用到", "到期", "办理"],
          unit.keys.map((key) => keyLine(key, again)),
        )
      : h("p", {}, "没有密钥：这个单位的人用网页报送，或者还没有接入。"),
    buttons(button("发新密钥", () => issue(unit, again), "quiet")),
  );

export async function show({ again }) {
  const { items } = await api.get("/staff/units");
  return {
    title: "单位和密钥",
    body: [
      h("div.desk-head", {}, h("h2", {}, "单位和密钥"), h("p", {}, `${items.length}个单位`)),
      note("info", "密钥全文只在发放时显示一次，这里只有编号。改单位的名称、副本系统和代为报送，由运维在服务器上办。"),
      buttons(button("添加单位", () => add(again))),
      items.length ? items.map((unit) => unitCard(unit, again)) : empty("还没有单位", "先添加一个单位。"),
    ],
  };
}
