import { api, Offline, Problem } from "../api.js";
import { h, icon } from "../dom.js";
import { draftLink, drafts } from "../drafts.js";
import { elderQuestion } from "../elder.js";
import { chooseElder, me } from "../me.js";
import { prefs } from "../prefs.js";
import { again } from "../router.js";
import { session } from "../session.js";
import { badge, card, cell, cells, link } from "../ui.js";
import { dateWords, stampWords } from "../words.js";

const RIGHTS = [
  ["#/report", "report", "我的信用报告", "看看有哪些记录"],
  ["#/do/objection", "pen", "记录有错", "提出异议"],
  ["#/do/repair", "shield", "申请信用修复", "查条件和日子"],
  ["#/footprints", "eye", "谁查过我", "每次都记着"],
  ["#/do/grant", "key", "授权别人查", "随时可以收回"],
  ["#/do/withdrawal", "star", "不想公开表彰", "撤销公示"],
];

const soft = async (work, otherwise) => {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof Problem || fault instanceof Offline) return otherwise;
    throw fault;
  }
};

async function news() {
  const [page, kept] = await Promise.all([soft(() => api.get("/me/notices?limit=3"), { items: [] }), drafts()]);
  return [
    page.items.length
      ? cells(
          "最新消息",
          page.items.map((one) =>
            cell({
              label: one.title,
              text: `${one.toldAt ? stampWords(one.toldAt) : dateWords(one.on)}`,
              href: "#/notices",
              mark: one.readAt ? null : badge("info", "未读"),
            }),
          ),
        )
      : null,
    kept.length
      ? cells(
          "没办完的草稿",
          kept.slice(0, 3).map((draft) =>
            cell({
              label: draft.title,
              text: `存于 ${stampWords(draft.at)}`,
              href: draftLink(draft),
              picture: "pen",
            }),
          ),
        )
      : null,
  ];
}

export async function show() {
  const who = session.isIn ? await soft(me, null) : null;
  const elder = h(
    "button.button.quiet.small",
    {
      "aria-pressed": String(prefs.elder),
      onclick: async () => {
        await chooseElder(!prefs.elder);
        again();
      },
    },
    icon("eye"),
    h("span", {}, prefs.elder ? "退出长辈模式" : "长辈模式"),
  );
  return {
    title: "信用小窗",
    body: [
      await elderQuestion(),
      h(
        "section.card.hello",
        {},
        h("h2", {}, who?.isBound ? "您好，今天想办什么？" : "自己的信用，自己看得清"),
        h("p", {}, "看报告、问条例、提异议、办修复，都在这里。全程免费，找人代办要钱的都是骗局。"),
        h(
          "div.row",
          {},
          !session.isIn
            ? link("登录", "#/signin", "small")
            : who && !who.isBound
              ? link("去实名核验", "#/identity", "small")
              : null,
          elder,
        ),
      ),
      h(
        "nav.rights",
        { "aria-label": "常用事项" },
        RIGHTS.map(([href, name, label, text]) =>
          h("a.right", { href }, icon(name), h("span.cell-label", {}, label), h("small", {}, text)),
        ),
      ),
      h("a.ask", { href: "#/chat" }, icon("chat"), h("span", {}, "有问题问小窗：比如“我有条处罚记录怎么弄掉”")),
      who?.isBound ? await news() : null,
      card(
        "先弄清楚三件事",
        h(
          "p",
          {},
          "银行贷款、信用卡的逾期记录归",
          h("strong", {}, "人民银行征信中心"),
          "管；限高和“老赖”名单归",
          h("strong", {}, "法院"),
          "管。这里办的是",
          h("strong", {}, "大连、云南社会信用条例"),
          "里的公共信用信息。",
        ),
      ),
    ],
  };
}
