import { api } from "../api.js";
import { phoneRow, windowRows } from "../centres.js";
import { h, icon } from "../dom.js";
import { draftLink, drafts } from "../drafts.js";
import { bars, windowPicture } from "../drawings.js";
import { elderQuestion } from "../elder.js";
import { placeOf } from "../errands.js";
import { chooseElder, keptWords, loadReport, me } from "../me.js";
import { prefs } from "../prefs.js";
import { again } from "../router.js";
import { place, regulations } from "../served.js";
import { session } from "../session.js";
import { standing, statusCard } from "../standing.js";
import { cell, cells, failure, link, note, section } from "../ui.js";
import { allCases, isOpen, soft } from "../underway.js";
import { civil, near, today, unitWords, weekdayWords, workingDaysWords } from "../words.js";

const bigger = () =>
  h(
    "button.size",
    {
      "aria-pressed": String(prefs.elder),
      onclick: async () => {
        await chooseElder(!prefs.elder);
        again();
      },
    },
    icon("size"),
    h("span", {}, prefs.elder ? "换回普通字" : "大字"),
  );

const bell = (unread) =>
  h(
    "a.bar-button.bell",
    { href: "#/notices", "aria-label": unread ? `消息，${unread}条未读` : "消息" },
    icon("bell"),
    unread ? h("span.count-badge", { "aria-hidden": "true" }, String(Math.min(99, unread))) : null,
  );

const tile = (href, picture, label, text) =>
  h("a.tile", { href }, icon(picture), h("span", {}, h("b", {}, label), text ? h("small", {}, text) : null));
const four = (...items) =>
  h(
    "nav.fours",
    { "aria-label": "常用事项" },
    items.map(([href, picture, label]) => h("a", { href }, icon(picture), h("span", {}, label))),
  );

const heading = (who) => [
  who ? `${who.maskedName ?? ""}，您好` : "信用小窗",
  h(
    "small",
    {},
    who ? `${place(who.jurisdiction)} · ${near(today())} ${weekdayWords(today())}` : "大连、云南居民自己看、自己办",
  ),
];

// One case under way: how far it is as a line, who has it now and until when.
function caseRow({ kind, one, title, about, next }) {
  const isLate = next?.isLate;
  const side = one.ask
    ? "等您办"
    : next
      ? isLate
        ? "单位超期了"
        : next.left !== null && next.left <= 5
          ? workingDaysWords(next.left)
          : `最晚${near(next.due.on)}`
      : one.statusLabel;
  return h(
    "a",
    { href: `#/cases/${kind}/${one.id}` },
    h(
      "div.head",
      {},
      h("strong", {}, `${title} · ${unitWords(about)}`),
      h(`span.t-${one.ask ? "warn" : isLate ? "bad" : "wait"}`, {}, side),
    ),
    next ? bars(1, 3, isLate) : null,
    h("small", {}, next ? `${one.statusLabel}，${isLate ? "本该" : "最晚"}${near(next.due.on)}` : (one.number ?? "")),
  );
}

function underWay(running, grants, kept) {
  const rows = [
    ...running.slice(0, 4).map(caseRow),
    ...grants.map((one) =>
      cell({ label: `授权 · ${one.granteeName}看报告`, value: `还能看${one.usesLeft}次`, href: `#/grants/${one.id}` }),
    ),
    ...kept
      .slice(0, 2)
      .map((draft) => cell({ label: `没写完 · ${draft.title}`, value: "接着写", href: draftLink(draft) })),
  ];
  if (!rows.length) return null;
  return section(
    "正在办",
    h("a", { href: "#/affairs" }, "全部", icon("next", { class: "icon s" })),
    h("div.folds.under-way", {}, rows),
  );
}

function latest(items) {
  if (!items.length) return null;
  return section(
    "最近",
    h("a", { href: "#/notices" }, "全部消息", icon("next", { class: "icon s" })),
    cells(
      null,
      items.slice(0, 2).map((one) =>
        cell({
          label: one.title,
          text: near(one.on),
          href: placeOf(one) ?? "#/notices",
          picture: "bell",
          tone: one.readAt ? "none" : "good",
        }),
      ),
    ),
  );
}

const AT_ONCE = [
  ["#/chat", "chat", "问小窗"],
  [`#/law/${regulations[0].id}/1`, "book", "看条例"],
  ["#/verify", "qr", "验文书"],
  ["#/rules", "clock", "查期限"],
];

function stranger(who) {
  return {
    title: "信用小窗",
    hello: heading(null),
    action: bigger(),
    body: [
      statusCard({
        tone: "new",
        word: "还差一步",
        title: who ? "看看自己的记录" : "自己的信用，自己看得清",
        line: who ? "核对姓名和证件号就能看" : "微信登录，再核对一次身份",
        visual: windowPicture("new"),
        action: link(who ? "核对身份" : "登录", who ? "#/identity" : "#/signin"),
        foot: "约1分钟，免费 · 证件号加密保存，不进消息",
      }),
      prefs.elder ? phoneRow() : null,
      section(
        "核对以后",
        null,
        cells(
          null,
          cell({ label: "十秒看明白", text: "有什么记录、到哪天、下一步做什么", picture: "report", tone: "good" }),
          cell({ label: "到日子提醒您", text: "能修复的那天早上，微信来一条", picture: "bell", tone: "good" }),
          cell({ label: "有错就改", text: "提异议、催办、看进度都在手机上", picture: "pen", tone: "good" }),
        ),
      ),
      section(
        "现在就能用",
        null,
        prefs.elder
          ? cells(
              null,
              AT_ONCE.map(([href, picture, label]) => cell({ label, href, picture })),
            )
          : four(...AT_ONCE),
      ),
      prefs.elder ? null : phoneRow(),
      section("窗口在哪里", null, windowRows()),
      note("info", "银行的逾期记录归人民银行管，限高和“老赖”名单归法院管。这里办的是大连、云南条例里的公共信用信息。"),
    ],
  };
}

export async function show() {
  const who = session.isIn ? await me() : null;
  if (!who?.isBound) return stranger(who);
  const nobody = { items: [], unread: 0 };
  const [found, cases, notices, grants, traces, kept, asked] = await Promise.all([
    loadReport().catch((fault) => ({ fault })),
    allCases(),
    soft(() => api.get("/me/notices?limit=3"), nobody),
    soft(() => api.get("/me/grants?limit=5"), nobody),
    soft(() => api.get("/me/footprints?kind=queried&own=false&limit=50"), nobody),
    drafts(),
    elderQuestion(),
  ]);
  const running = cases.filter(isOpen);
  const repairs = cases.filter(({ kind }) => kind === "repairs").map(({ one }) => one);
  const { report } = found;
  const stands = report ? standing(report, running, repairs) : null;
  const month = today().slice(0, 7);
  const looks = traces.items.filter((one) => civil(one.at).slice(0, 7) === month).length;
  const count = report
    ? report.sections.reduce((sum, one) => sum + (one.section === "stopped" ? 0 : one.records.length), 0)
    : null;
  const status = stands ? statusCard({ ...stands.home, rows: null }) : failure(found.fault, again);
  const since = found.keptAt ? note("warn", keptWords(found, "内容")) : null;
  const active = grants.items.filter((one) => one.status === "active");
  if (prefs.elder) {
    return {
      title: "信用小窗",
      hello: `${who.maskedName}，您好`,
      body: [
        since,
        status,
        stands ? phoneRow() : null,
        cells(
          null,
          cell({ label: "我的报告", value: count === null ? "" : `${count}条`, href: "#/report", picture: "report" }),
          cell({ label: "正在办的", value: `${running.length}件`, href: "#/affairs", picture: "affairs" }),
          cell({
            label: "消息",
            value: notices.unread ? `${notices.unread}条没看` : "",
            href: "#/notices",
            picture: "bell",
          }),
          cell({ label: "记录有错", href: "#/do/objection", picture: "pen" }),
          cell({ label: "谁查过我", value: `本月${looks}次`, href: "#/footprints", picture: "eye" }),
        ),
        bigger(),
      ],
    };
  }
  return {
    title: "信用小窗",
    hello: heading(who),
    action: h("div.row", {}, bigger(), bell(notices.unread)),
    body: [
      since,
      asked,
      status,
      underWay(running, active, kept) ?? latest(notices.items),
      h(
        "div.pair",
        {},
        stands?.own.length || running.length
          ? tile("#/report", "report", "我的报告", count === null ? null : `${count}条记录`)
          : tile("#/chat", "chat", "问小窗", "按条例回答"),
        tile("#/footprints", "eye", "谁查过我", `本月${looks}次`),
      ),
      four(
        ["#/do/objection", "pen", "记录有错"],
        ["#/do/withdrawal", "star", "不想公开"],
        ["#/do/grant", "key", "授权别人"],
        ["#/affairs", "affairs", "全部事项"],
      ),
      stands ? phoneRow() : null,
    ],
  };
}
