// Officers and units' people: who signs in, who waits for a first sign-in, who left.

import { api } from "../api.js";
import { h } from "../dom.js";
import { choice, form } from "../forms.js";
import { copyButton } from "../receipt.js";
import { badge, button, buttons, card, confirm, note, sheet, toast } from "../ui.js";
import { stampWords } from "../words.js";
import { table } from "./table.js";

export const codeOnce = (title, code, ...words) =>
  sheet(title, (close) => [
    note("warn", "只显示这一次。请当面或者用可靠的办法交给本人，不要发在群里。"),
    h("p.receipt-number", {}, h("code", {}, code)),
    ...words.map((text) => h("p", {}, text)),
    buttons(
      copyButton(code),
      button("交好了，关闭", () => close(true), "quiet"),
    ),
  ]);

const OF_UNITS = ["clerk", "lead"];

const handOver = async ({ member, code }, again) => {
  const page = OF_UNITS.includes(member.role) ? "单位的页面" : "工作台";
  const door = `${location.origin}/${OF_UNITS.includes(member.role) ? "unit" : "desk"}`;
  await codeOnce(
    `${member.displayName}的开通码`,
    code,
    `用户名：${member.username}。${stampWords(member.activationUntil)}前有效，用一次就作废。`,
    `本人打开${page} ${door}，点“有开通码，第一次用”，自己设密码、绑动态口令；您看不到。`,
  );
  again();
};

const invite = (units, again) =>
  sheet("添加人员", (close) =>
    form(
      [
        { name: "displayName", kind: "text", label: "姓名", required: true, max: 60 },
        {
          name: "username",
          kind: "text",
          label: "用户名",
          required: true,
          max: 40,
          hint: "小写字母和数字，3 到 40 个。",
        },
        choice(
          "role",
          "做什么",
          { officer: "经办人员（本中心）", clerk: "单位报送员", lead: "单位负责人（还能更正、撤销）" },
          { value: "officer" },
        ),
        {
          name: "provider",
          kind: "pick",
          label: "哪个单位",
          hint: "单位的人才选。",
          options: units.map((one) => ({ value: one.id, label: one.name })),
        },
      ],
      "添加，发开通码",
      async ({ provider, ...values }) => {
        const invited = await api.post("/staff/members", {
          ...values,
          username: values.username.trim(),
          ...(values.role === "officer" ? {} : { provider }),
        });
        close(true);
        await handOver(invited, again);
      },
    ),
  );

const state = (one) =>
  !one.isActive ? badge("plain", "已停用") : one.activationUntil ? badge("warn", "等首次登录") : badge("good", "在用");

const QUESTIONS = {
  reset: (one) => [
    "重设登录",
    `${one.displayName}现在的密码、动态口令和安全密钥马上作废，所有设备退出；要用新的开通码重新开通。`,
  ],
  leave: (one) => ["停用", `${one.displayName}马上退出所有设备，不能再登录。手上的待办要另外分配。`],
  return: (one) => ["恢复", `${one.displayName}可以用原来的密码和动态口令登录。`],
};

const act = async (one, deed, again) => {
  const [title, text] = QUESTIONS[deed](one);
  if (!(await confirm(title, text, title))) return;
  const done = await api.post(`/staff/members/${one.id}/${deed}`);
  if (deed === "reset") {
    await handOver(done, again);
    return;
  }
  toast(deed === "leave" ? "已停用" : "已恢复");
  again();
};

const line = (one, again) =>
  h(
    "tr",
    {},
    h("td", {}, one.displayName, h("small", {}, ` ${one.username}`)),
    h("td", {}, one.roleName),
    h("td", {}, one.unit),
    h("td", {}, state(one), one.activationUntil ? h("small", {}, ` ${stampWords(one.activationUntil)}前`) : ""),
    h(
      "td",
      {},
      one.canManage
        ? buttons(
            one.isActive ? button("重设登录", () => act(one, "reset", again), "quiet.small") : null,
            one.isActive
              ? button("停用", () => act(one, "leave", again), "quiet.small")
              : button("恢复", () => act(one, "return", again), "quiet.small"),
          )
        : h("small", {}, "由运维在服务器上办"),
    ),
  );

export async function show({ again }) {
  const [{ items }, units] = await Promise.all([api.get("/staff/members"), api.get("/staff/units")]);
  return {
    title: "人员",
    body: [
      h(
        "div.desk-head",
        {},
        h("h2", {}, "人员"),
        h(
          "p",
          {},
          `${items.filter((one) => one.isActive).length}人在用，${items.filter((one) => !one.isActive).length}人已停用`,
        ),
      ),
      buttons(button("添加人员", () => invite(units.items, again))),
      card(
        null,
        table(
          "人员",
          ["姓名", "角色", "单位", "状态", "办理"],
          items.map((one) => line(one, again)),
        ),
      ),
    ],
  };
}
