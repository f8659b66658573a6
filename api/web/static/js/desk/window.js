// The window: for a person without a phone, whose document was seen. While a visit lasts, requests under /me are theirs.

import { api, query as search } from "../api.js";
import { $, h } from "../dom.js";
import { choice, form } from "../forms.js";
import { helping } from "../helping.js";
import { download } from "../paper.js";
import { nameOf } from "../records.js";
import { place } from "../served.js";
import { badge, button, buttons, card, empty, facts, note, sheet, toast } from "../ui.js";
import { dateWords, KINDS, stampWords, unitWords } from "../words.js";
import { table } from "./table.js";

export const PROOFS = [
  { value: "in-person", label: "本人持有效身份证件原件到窗口" },
  { value: "agent", label: "代办人持双方有效身份证件和委托书到窗口" },
];

const TABS = [
  ["/window", "代办"],
  ["/slips", "打日子单"],
  ["/bindings", "换绑微信"],
];
export const tabs = (current) =>
  h(
    "nav.desk-tabs",
    { "aria-label": "窗口" },
    TABS.map(([to, label]) => h("a", { href: `#${to}`, "aria-current": to === current ? "page" : null }, label)),
  );

const DEEDS = [
  ["objection", "提异议", "记录写错了、不该有"],
  ["omission", "报告里漏了", "应当有、报告里没有"],
  ["repair", "申请修复", "罚款已缴、问题已改"],
  ["withdrawal", "撤销公示", "表彰、志愿、捐赠不想公开"],
  ["declaration", "自主申报", "自己愿意写进报告的"],
];
const MINE = [
  ["objections", "异议"],
  ["repairs", "修复"],
  ["withdrawals", "撤销公示"],
  ["declarations", "申报"],
];

// What a reload of the page forgets, the server knows.
export async function resume() {
  const { visit } = await api.get("/staff/window");
  if (visit) helping.begin({ ...visit, powers: [] });
  else helping.end();
  return visit;
}

// The page with the days of whoever is at the window: their document was seen when the visit began.
export const slipButton = (visit, label) =>
  button(
    label,
    async () => {
      await download("/staff/slips", "我的信用日子.pdf", { window: visit.id });
      toast("已生成，请打印，当面交给本人");
    },
    "quiet",
  );

// The records name somebody else: a slip of the officer's, or of a unit. Only the document can tell.
const compares = (fault) =>
  sheet(fault.title, (close) => [
    h("p", {}, fault.detail),
    h("p", {}, fault.nextStep.text),
    buttons(
      h("button.button", { onclick: () => close(true) }, "对照过了，没有填错"),
      h("button.button.quiet", { onclick: () => close(false) }, "回去改"),
    ),
  ]);

const begin = (again) => [
  note(
    "info",
    "给没有手机、不会用手机的人办：核对证件以后，查报告、提异议、申请修复、撤销公示、申报都在这里办，和本人在手机上办的一样。每一步记入审计，写明是您在窗口办的；有账号的，本人马上收到通知。",
  ),
  card(
    null,
    form(
      [
        { name: "name", kind: "text", label: "姓名", required: true, max: 60, hint: "照证件原件填写。" },
        choice("documentKind", "证件类型", KINDS, { value: "resident_id" }),
        { name: "documentNumber", kind: "text", label: "证件号码", required: true, max: 40 },
        { name: "bornOn", kind: "date", label: "出生日期", hint: "居民身份证不用填。" },
        choice("proof", "您核对了什么", PROOFS),
      ],
      "证件已核对，开始代办",
      async ({ bornOn, documentNumber, ...values }) => {
        const shown = { ...values, documentNumber: documentNumber.trim(), ...(bornOn ? { bornOn } : {}) };
        try {
          await api.post("/staff/window", shown);
        } catch (fault) {
          if (fault.code !== "record-name-differs" || !(await compares(fault))) throw fault;
          await api.post("/staff/window", { ...shown, compared: true });
        }
        again();
      },
    ),
  ),
];

const recordLine = (one) =>
  h(
    "tr",
    {},
    h("td", {}, nameOf(one), h("small", {}, ` ${one.items?.文书号 ?? ""}`)),
    h("td", {}, unitWords(one.sourceUnit), h("small", {}, ` ${place(one.jurisdiction)}`)),
    h("td", {}, one.decidedOn ? dateWords(one.decidedOn) : ""),
    h(
      "td",
      {},
      one.actions
        .filter((action) => action.isPossible && DEEDS.some(([flow]) => flow === action.flow))
        .map((action) =>
          h(
            "a.plain-link",
            { href: `#/do/${action.flow}${search({ record: one.id })}` },
            DEEDS.find(([flow]) => flow === action.flow)[1],
          ),
        )
        .flatMap((one, index) => (index ? [" · ", one] : [one])),
    ),
  );

const caseLine = ([kind, title], one) =>
  h(
    "li",
    {},
    kind === "objections" || kind === "repairs"
      ? h("a", { href: `#/case/${kind}/${one.id}` }, `${title} ${one.number}`)
      : `${title} ${one.number ?? one.title ?? ""}`,
    " ",
    badge("plain", one.statusLabel),
    one.next ? h("small", {}, ` ${one.next.title}：最晚${dateWords(one.next.due.on)}`) : "",
  );

async function visited(visit, again) {
  const [report, ...lists] = await Promise.all([
    api.get("/me/report"),
    ...MINE.map(([kind]) => api.get(`/me/${kind}?limit=20`)),
  ]);
  const records = report.sections.flatMap((section) => section.records ?? []);
  const mine = lists.flatMap(({ items }, index) => items.map((one) => caseLine(MINE[index], one)));
  const papers = async (path, name) => {
    await download(path, name);
    toast("已生成，请打印，当面交给本人");
  };
  return [
    card(
      `正在替${visit.resident}办`,
      facts([
        ["开始", stampWords(visit.openedAt)],
        ["最晚到", stampWords(visit.until)],
      ]),
      buttons(
        button("打印信用报告", () => papers("/me/report.pdf", "信用报告.pdf")),
        slipButton(visit, "打日子单"),
        button(
          "本人离开，结束代办",
          async () => {
            await api.post(`/staff/window/${visit.id}/close`);
            helping.end();
            toast("已结束");
            again();
          },
          "quiet",
        ),
      ),
    ),
    card(
      "要办什么",
      h(
        "ul.deeds",
        {},
        DEEDS.map(([flow, label, text]) =>
          h("li", {}, h("a", { href: `#/do/${flow}` }, h("strong", {}, label), h("small", {}, text))),
        ),
      ),
    ),
    card(
      `报告里的记录（${records.length}）`,
      records.length
        ? table("记录", ["记录", "单位", "日期", "可以办"], records.map(recordLine))
        : empty("没有记录", "报告里没有这个人的信息。"),
    ),
    mine.length ? card(`办过的（${mine.length}）`, h("ul.bullets", {}, mine)) : null,
  ];
}

export async function show({ again }) {
  const visit = await resume();
  return {
    title: "窗口代办",
    body: [
      h("div.desk-head", {}, h("h2", {}, "窗口代办"), h("p", {}, "人在窗口，证件看过")),
      tabs("/window"),
      visit ? await visited(visit, again) : begin(again),
    ],
    focus: $("#main"),
  };
}
