// The officers' desk: sign-in with a second factor, the queue by due date, one case on one page, breaches, the audit.

import { api, Offline, onApi, Problem } from "../api.js";
import { $, h, icon, put } from "../dom.js";
import { learnErrands } from "../errands.js";
import { form } from "../forms.js";
import { drawHelping } from "../helping.js";
import { session } from "../session.js";
import "./tabs.js";
import { card, closeSheets, failure, loading, sheet, sheetsLeft, toast } from "../ui.js";
import { changePassword, OTP, ownKeys, signInForm, signOut } from "./signing.js";

const ROLES = { officer: "经办人员", auditor: "审计人员", admin: "管理人员" };
const HOME = { officer: "#/queue", auditor: "#/audit", admin: "#/people" };
const PAGES = [
  ["/queue", "待办", "officer", "affairs"],
  ["/reviews", "审核", "officer", "pen"],
  ["/find", "查案件", "officer", "search"],
  ["/records", "查记录", "officer", "report"],
  ["/pledges", "承诺认定", "officer", "shield"],
  ["/listings", "名单", "officer", "flag"],
  ["/window", "窗口", "officer", "hall"],
  ["/answers", "问答", "officer", "chat"],
  ["/figures", "统计", "officer", "bars"],
  ["/breaches", "超期记录", "officer auditor", "clock"],
  ["/audit", "审计", "auditor", "book"],
  ["/people", "人员", "admin", "mine"],
  ["/units", "单位和密钥", "admin", "key"],
  ["/setup", "设置和日历", "admin", "bell"],
];
const LOAD = {
  queue: () => import("./queue.js"),
  case: () => import("./case.js"),
  reviews: () => import("./reviews.js"),
  find: () => import("./find.js"),
  answers: () => import("./answers.js"),
  figures: () => import("./figures.js"),
  window: () => import("./window.js"),
  do: () => import("./filing.js"),
  slips: () => import("./slips.js"),
  bindings: () => import("./bindings.js"),
  breaches: () => import("./breaches.js"),
  records: () => import("./records.js"),
  pledges: () => import("./pledges.js"),
  listings: () => import("./listings.js"),
  audit: () => import("./audit.js"),
  people: () => import("./people.js"),
  units: () => import("./units.js"),
  setup: () => import("./setup.js"),
};
// The residents' forms, filled in at the window, lead on to the residents' screens.
const LEADS_ON = {
  report: () => "#/window",
  cases: (kind, id) => (["objections", "repairs"].includes(kind) && id ? `#/case/${kind}/${id}` : "#/window"),
  records: (id) => id && `#/records?record=${encodeURIComponent(id)}`,
};
let staff = null;
let turn = 0;
let keys = null;
let open = null; // cases of the place, as the queue last counted them

export const here = () => {
  const [path, search = ""] = (location.hash.slice(1) || "/").split("?");
  return {
    path,
    parts: path.split("/").filter(Boolean).map(decodeURIComponent),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
};

const AT_WINDOW = ["/do", "/slips", "/bindings"];
const isUnder = (path, to) =>
  path.startsWith(to) || (to === "/window" && AT_WINDOW.some((one) => path.startsWith(one)));

function drawBar() {
  const { path } = here();
  $("#bar").replaceChildren(
    h("h1", {}, icon("window"), "小窗工作台"),
    staff
      ? h(
          "nav",
          { "aria-label": "工作台" },
          PAGES.filter(([, , roles]) => roles.split(" ").includes(staff.role)).map(([to, label, , picture]) =>
            h(
              "a",
              { href: `#${to}`, "aria-current": isUnder(path, to) ? "page" : null },
              icon(picture),
              label,
              to === "/queue" && open !== null ? h("small", {}, h("span.sr", {}, "，"), String(open)) : null,
            ),
          ),
        )
      : "",
    staff
      ? h(
          "div.desk-me",
          {},
          h("strong", {}, staff.displayName),
          h("small", {}, staff.unit),
          h("small", {}, ROLES[staff.role] ?? staff.role),
          h("button.bar-button", { onclick: help }, "帮助 ", h("kbd", {}, "?")),
          h("button.bar-button", { onclick: () => changePassword(leave) }, "改密码"),
          h("button.bar-button", { onclick: ownKeys }, "安全密钥"),
          h("button.bar-button", { onclick: leave }, "退出"),
        )
      : "",
  );
  drawHelping();
}

async function leave() {
  await signOut();
  staff = null;
  open = null;
  show();
}

const signIn = () =>
  h(
    "div.desk-signin",
    {},
    card(
      "工作人员登录",
      signInForm((person) => {
        staff = person;
        history.replaceState(null, "", HOME[staff.role] ?? "#/"); // drawn once: a second time would close what is told
        show();
      }, show),
      h("p.small-text", {}, "单位的报送人员，请到", h("a", { href: "/unit" }, "单位的页面"), "登录。"),
    ),
  );

// Before what touches sign-ins and keys: an open desk alone changes nothing.
async function stepUp() {
  const done = await sheet("再输入一次动态口令", (close) => [
    h("p", {}, "这一步动的是登录和密钥。用新的动态口令，5 分钟内有效。"),
    form([OTP], "继续", async (values) => {
      session.take(await api.post("/staff/step-up", values));
      close(true);
    }),
  ]);
  if (!done)
    throw new Problem({
      status: 403,
      code: "step-up-needed",
      title: "没有办理",
      detail: "没有输入动态口令，这一步没有办理。",
      nextStep: { text: "需要时再点一次即可。" },
    });
}

// What can be done on each screen and what comes of it, where one stands.
const HELP = {
  queue: [
    "最先到期的在最上面；上面的数字数的是全部待办，不只是这一页。",
    "筛选写在网址里，收藏这个网址就是保存了这个视图。",
    "在左边选几件，可以一次分配给同事；名字后面是手上有几件。",
    "请假、出差、病了：登记不在岗和代办的人，这几天里一个人的件，代办的人选“我”也看得到。",
  ],
  case: [
    "中间是涉及的记录、请求的内容和材料，右边是期限和现在可以办的。",
    "更正时，在“更正为”一栏写新的内容；没有写的不变。值按入库的规则检查。",
    "暂停期限，要传上委托文书，写明机构、委托日期和预计结束。",
    "同意修复，没有满足或者无法核对的条件要逐条勾选，会写进决定书。",
    "写给当事人的理由会原样出现在文书上；办理理由只有工作人员看得到。先看草稿再决定。",
  ],
  reviews: ["先看文书，再签；签了就发给当事人。", "起草的人不能签自己的；不同意的写明原因退回。"],
  window: [
    "一次只替一个人办，最长一小时；本人离开，请按“结束代办”。",
    "办的和本人在手机上办的一样：同样的表、同样的期限、同样的通知。",
    "授权、同意、导出、注销、请帮手这些要本人自己办，这里办不了。",
    "没有账号的人也能办；以后在手机上核验同一份证件，办过的都会在。",
  ],
  find: [
    "编号、文书号、证件号码都要完整；办结了的也查得到。",
    "点表头排序，再点一次反过来；筛选和排序都在网址里，号码不在。",
  ],
  records: ["每次查询都会进当事人的足迹，请选对目的。"],
  pledges: ["打开一件，在案卷里认定；认定的理由当事人看得到。"],
  figures: ["按期率：按期办完的步骤，占已经办完或者已经超期的步骤。", "没有人的名字；导出的表格也没有。"],
  breaches: ["法定期限过了没有办完的，记在这里，不能删。"],
  people: [
    "添加以后把开通码当面交给本人，本人自己设密码、绑动态口令；您不知道，也不用知道。",
    "密码忘了、手机和安全密钥都丢了：重设登录。人走了：停用，以后回来可以恢复。",
    "审计人员和管理人员不在这里添加，由运维在服务器上办。",
  ],
  units: ["更换密钥时旧的最多再用 7 天，单位换上新的再停用旧的。", "“最后用到”隔了很久的，问问单位还要不要。"],
  setup: [
    "电话、窗口和时间改了，居民读到的马上是新的；谁改的、为什么，记在审计里。",
    "放假通知公布以后在这里录入：先看会改什么，再执行；在办的期限十分钟内重算。",
  ],
  audit: ["选一天，可以导出这一天，也可以核对这一天的链。"],
};

const help = () =>
  sheet("帮助和快捷键", () => [
    HELP[here().parts[0]]
      ? h(
          "ul.bullets",
          {},
          HELP[here().parts[0]].map((text) => h("li", {}, text)),
        )
      : null,
    h(
      "dl.facts",
      {},
      [
        ["j / k", "下一件 / 上一件"],
        ["Enter", "打开"],
        ["u 或 Esc", "回到待办"],
        ["1 – 9", "办理第几个步骤"],
        ["/", "查案件"],
        ["r", "刷新"],
        ["?", "这张表"],
      ].map(([key, text]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, text))),
    ),
  ]);

async function show() {
  turn += 1;
  const mine = turn;
  const main = $("#main");
  closeSheets();
  keys = null;
  delete document.body.dataset.shown;
  if (!session.isIn) {
    staff = null;
    drawBar();
    main.replaceChildren(signIn());
    $("input", main).focus();
    document.body.dataset.shown = location.hash;
    return;
  }
  try {
    staff ??= await api.get("/staff/me");
    if (!HOME[staff.role]) {
      location.replace("/unit"); // of a unit: the session is good there too
      return;
    }
    await learnErrands();
    drawBar();
    const { parts } = here();
    const on = LEADS_ON[parts[0]]?.(...parts.slice(1));
    if (on) {
      location.replace(on);
      return;
    }
    const load = LOAD[parts[0]];
    if (!load) {
      location.replace(HOME[staff.role]);
      return;
    }
    main.replaceChildren(loading());
    const screen = await (await load()).show({ ...here(), staff, again: show });
    await sheetsLeft();
    if (mine !== turn) return;
    if (screen.open !== undefined) {
      open = screen.open;
      drawBar();
    }
    put(main, screen.body);
    document.title = `${screen.title} · 工作台`;
    keys = screen.keys ?? null;
    $("h2", main)?.setAttribute("tabindex", "-1");
    (screen.focus ?? $("h2", main) ?? main).focus();
    document.body.dataset.shown = location.hash;
  } catch (fault) {
    if (mine !== turn) return;
    if (fault instanceof Problem && fault.status === 401) return;
    if (!(fault instanceof Problem || fault instanceof Offline)) console.error(fault);
    main.replaceChildren(failure(fault, show));
  }
}

onApi({
  stepUp,
  ended: async () => {
    staff = null;
    await session.end();
    toast("登录已过期，请重新登录", { seconds: 5 });
    show();
  },
});

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input,textarea,select")) return;
  if ($("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    help();
    return;
  }
  if (!staff) return;
  if (event.key === "r") {
    show();
    return;
  }
  if (event.key === "/" && staff.role === "officer") {
    event.preventDefault();
    location.hash = "#/find";
    return;
  }
  keys?.(event);
});
addEventListener("hashchange", show);
$("#skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("#main").focus();
});
if (!session.isIn) await session.join();
show();
