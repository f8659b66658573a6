// The unit's own page: people of a unit sign in with a second factor, hand files in and look after their records.

import { api, onApi, Problem } from "../api.js";
import { changePassword, ownKeys, signInForm, signOut } from "../desk/signing.js";
import { $, h, icon, put } from "../dom.js";
import { session } from "../session.js";
import "../desk/tabs.js";
import { card, closeSheets, failure, loading, sheetsLeft, toast } from "../ui.js";

const PAGES = [
  ["hand-in", "报数据", () => import("./hand-in.js")],
  ["owed", "要办的", () => import("./owed.js")],
  ["records", "本单位的记录", () => import("./records.js")],
  ["grants", "授权查询", () => import("./grants.js")],
  ["deliveries", "报送回执", () => import("./deliveries.js")],
  ["figures", "按期情况", () => import("./figures.js")],
  ["formats", "目录和格式", () => import("./formats.js")],
];
const ROLES = { clerk: "报送员", lead: "负责人" };
let person = null;
let turn = 0;

const here = () => location.hash.slice(2).split("/").map(decodeURIComponent);

async function leave() {
  await signOut();
  person = null;
  show();
}

function drawSide() {
  const [at] = here();
  put($("#bar"), person ? null : h("h1", {}, icon("window"), "信用小窗 · 单位"));
  $("#side").replaceChildren(
    ...(person
      ? [
          h("strong", {}, "信用小窗 · 单位"),
          ...PAGES.map(([name, label]) =>
            h("a", { href: `#/${name}`, "aria-current": at === name ? "page" : null }, label),
          ),
          h(
            "div.unit-who",
            {},
            h("div", {}, person.displayName),
            h("div", {}, `${person.unit} · ${ROLES[person.role] ?? ""}`),
            h("button", { onclick: () => changePassword(leave) }, "改密码"),
            h("button", { onclick: ownKeys }, "安全密钥"),
            h("button", { onclick: leave }, "退出"),
          ),
        ]
      : []),
  );
}

const signIn = () =>
  h(
    "div.desk-signin",
    {},
    card(
      "单位登录",
      signInForm((clerk) => {
        person = clerk;
        history.replaceState(null, "", "#/hand-in"); // drawn once, as at the desk
        show();
      }, show),
      h(
        "p.unit-small",
        {},
        "用户名由信用中心开通。信用中心的人员，请到",
        h("a", { href: "/desk" }, "工作台"),
        "登录。",
      ),
    ),
  );

async function show() {
  const mine = ++turn;
  const main = $("#main");
  closeSheets();
  delete document.body.dataset.shown;
  if (!person && session.isIn) {
    try {
      person = await api.get("/staff/me");
    } catch (fault) {
      if (!(fault instanceof Problem)) {
        main.replaceChildren(failure(fault, show));
        return;
      }
      await session.end();
    }
  }
  drawSide();
  if (!person || !ROLES[person.role]) {
    main.replaceChildren(
      person
        ? card(
            null,
            h("p", {}, "这里是单位的页面，请用单位的账号登录。"),
            h("button.button", { onclick: leave }, "退出"),
          )
        : signIn(),
    );
    $("input", main)?.focus();
    document.body.dataset.shown = location.hash;
    return;
  }
  const [at, ...rest] = here();
  const page = PAGES.find(([name]) => name === at) ?? PAGES[0];
  main.replaceChildren(loading());
  try {
    const made = await (await page[2]()).draw(rest, person);
    await sheetsLeft();
    if (mine !== turn) return;
    main.replaceChildren(h("div.unit-page", {}, made));
    $("h1", main)?.focus();
    document.body.dataset.shown = location.hash;
  } catch (fault) {
    if (mine === turn) main.replaceChildren(failure(fault, show));
  }
}

onApi({
  ended: async () => {
    person = null;
    await session.end();
    toast("登录已过期，请重新登录", { seconds: 5 });
    show();
  },
});
addEventListener("hashchange", show);
show();
