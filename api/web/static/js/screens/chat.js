import { api, Offline, Problem } from "../api.js";
import { phoneRow } from "../centres.js";
import { $, add, h, icon } from "../dom.js";
import { learnErrands, placeOf } from "../errands.js";
import { allRecords, loadReport } from "../me.js";
import { prefs, speakButton } from "../prefs.js";
import { byWhatCanBeDone, nameOf, stand } from "../records.js";
import { learnBooked, remindButton } from "../reminders.js";
import { again as reread } from "../router.js";
import { session } from "../session.js";
import { cell, cells, confirm, FLOW_LINKS, failure, link, state, toast } from "../ui.js";
import { soft } from "../underway.js";
import { daysBetween, today } from "../words.js";
import { askFor } from "./consents.js";

// The talk lives as long as the page: nothing of it is kept on the phone.
let talk = [];
let dialogue = null;
let log = null;
session.onChange((who) => {
  if (!who) {
    talk = [];
    dialogue = null;
  }
});

const STARTERS = ["我有条处罚记录怎么弄掉", "谁查过我的信用", "提异议要多久有结果", "修复要花钱吗", "志愿服务不想公开"];

const openFlow = (action) => {
  const base = FLOW_LINKS[action.flow];
  if (action.caseId) return placeOf({ ref: action.caseId });
  if (!base) return null;
  if (action.recordId)
    return base.startsWith("#/do/")
      ? `${base}?record=${encodeURIComponent(action.recordId)}`
      : `#/records/${action.recordId}`;
  return action.place && action.flow === "declaration" ? `${base}?place=${action.place}` : base;
};

const paragraphs = (text) =>
  String(text)
    .split(/\n+/)
    .filter(Boolean)
    .map((line) => h("p", {}, line));

function quoted(one) {
  return h(
    "details.source",
    {},
    h("summary", {}, icon("book"), h("span", {}, one.label), icon("next", { class: "icon s cell-next" })),
    h(
      "div.unfolded",
      {},
      h("blockquote", {}, one.quote),
      one.isMissingList ? h("p.small-text", {}, "这一条的列项在所用文本中缺失。") : null,
      h("p", {}, h("a", { href: `#/law/${one.regulation}/${one.number ?? one.article}` }, "看这一条全文")),
    ),
  );
}

// Whether it was clear is asked of what the regulation says and of errands, not of a farewell or a telephone number.
const thumbs = (entry, node) => {
  const isSpoken = !entry.reply.citations?.length && !entry.reply.flow;
  if (isSpoken) return h("div.thumbs", {}, speakButton(node, "读"));
  const row = h(
    "div.thumbs",
    { role: "group", "aria-label": "这个回答有帮助吗" },
    speakButton(node, "读"),
    h("span", {}, "说清楚了吗？"),
  );
  const vote = (up) =>
    h(
      "button.bar-button",
      {
        "aria-pressed": String(entry.vote === up),
        onclick: async () => {
          try {
            await api.post("/bot/feedback", feedbackOf(entry, up));
            entry.vote = up;
            row.replaceChildren(h("span.small-text", {}, "谢谢，已记下。"));
          } catch (fault) {
            toast(fault instanceof Problem ? fault.detail : "网络不通，稍后再试");
          }
        },
      },
      icon(up ? "up" : "down"),
      h("span", {}, up ? "清楚" : "没说清"),
    );
  if (entry.vote === undefined) row.append(vote(true), vote(false));
  return row;
};

const feedbackOf = ({ reply, question }, up) => ({
  verdict: up ? "up" : "down",
  question: question.slice(0, 500),
  kind: reply.kind,
  articles: reply.articles.slice(0, 10),
  ...(reply.dialogue.place ? { place: reply.dialogue.place } : {}),
});

function answer(entry) {
  const { reply } = entry;
  const actions = [...(reply.personal?.actions ?? []), ...reply.actions]
    .map((one) => [one, openFlow(one)])
    .filter(([, href]) => href)
    .filter(([, href], index, all) => all.findIndex(([, other]) => other === href) === index);
  const node = h(
    "div.said.by-bot",
    {},
    h("span.sr", {}, "小窗："),
    verdict(entry.record),
    paragraphs(reply.text),
    reply.personal
      ? h(
          "div.own",
          {},
          h("h3", {}, "您自己的情况"),
          paragraphs(reply.personal.text),
          reply.personal.lines.length
            ? h(
                "ul.bullets",
                {},
                reply.personal.lines.map((line) => h("li", {}, line)),
              )
            : null,
        )
      : null,
    entry.record?.repair?.state === "opens" ? remindButton(entry.record, "", "到那天提醒我") : null,
    actions.length
      ? h(
          "div.row",
          {},
          actions.map(([one, href], index) => link(one.label, href, index || entry.record ? "quiet.small" : "small")),
        )
      : null,
    (reply.citations ?? []).map(quoted),
  );
  add(node, [reply.articles.length || reply.answered ? thumbs(entry, node) : askFor("bot-questions")]);
  return node;
}

// The verdict stands before the reasons, where the question is about one's own record.
function verdict(record) {
  const found = record ? stand(record) : null;
  if (!found) return null;
  const days = found.isWaiting ? daysBetween(today(), record.repair.opensOn) : null;
  return h(
    `div.split-top.${found.tone}`,
    {},
    state(found.tone, days === null ? nameOf(record) : "还要等", found.picture),
    days === null ? h("p.figure", {}, found.word) : h("p.figure", {}, String(days), h("small", {}, " 天")),
    found.sub ? h("p", {}, h("strong", {}, found.sub)) : null,
  );
}

// The record that the answer is about: the one that can be repaired next.
async function recordOf(reply) {
  const ids = (reply.personal?.actions ?? []).map((one) => one.recordId).filter(Boolean);
  if (!ids.length) return null;
  const kept = await soft(loadReport, null);
  if (!kept) return null;
  const record = byWhatCanBeDone(allRecords(kept.report).filter((one) => ids.includes(one.id)))[0];
  if (record) await learnBooked([record]);
  return record;
}

const bubble = (entry) =>
  entry.mine
    ? h("div.said.by-me", {}, h("span.sr", {}, "我："), entry.text)
    : entry.fault
      ? h(
          "div.said.by-bot",
          {},
          failure(entry.fault, () => again(entry)),
        )
      : answer(entry);

function put(entry) {
  talk.push(entry);
  if (log?.isConnected) {
    add(log, bubble(entry));
    log.lastChild.scrollIntoView({ block: entry.mine ? "end" : "nearest" });
  }
}

let quick = null;
let anew = null;
const drawQuick = () => {
  const texts = talk.at(-1)?.reply?.quickReplies;
  anew.hidden = !talk.length;
  if (anew.hidden) return;
  quick.replaceChildren(
    prefs.elder ? anew : "",
    ...(texts?.length ? texts : STARTERS)
      .slice(0, prefs.elder ? 3 : 5)
      .map((text) => h("button.quick", { onclick: () => ask(text) }, text)),
  );
};

// Before the first question the usual ones stand in full, one below the other.
const starters = () =>
  h(
    "div.starters",
    {},
    cells(
      "您可以这样问",
      STARTERS.map((text) => cell({ label: text, onclick: () => ask(text) })),
    ),
  );

// What could not be sent is asked once more with the same words, by a tap or when the network is back.
function again(entry) {
  const at = talk.indexOf(entry);
  if (at < 0) return;
  talk.splice(at - 1, 2);
  redraw();
  ask(entry.said);
}

const redraw = () => {
  const hello = log.firstChild;
  log.replaceChildren(hello);
  add(log, talk.map(bubble));
};

let busy = false;
async function ask(text) {
  const said = text.trim();
  if (!said || busy) return;
  busy = true;
  $(".starters", log)?.remove();
  put({ mine: true, text: said });
  const waiting = h("div.said.by-bot", { "aria-hidden": "true" }, h("span.spinner"), "正在查条例…");
  log.append(waiting);
  waiting.scrollIntoView({ block: "end" });
  try {
    const reply = await api.post("/bot/messages", { text: said, ...(dialogue ? { dialogue } : {}) });
    dialogue = reply.dialogue ?? null;
    if (reply.personal) await soft(learnErrands, null);
    waiting.remove();
    put({ reply, question: said, record: await recordOf(reply) });
    drawQuick();
  } catch (fault) {
    waiting.remove();
    if (!(fault instanceof Problem || fault instanceof Offline)) throw fault;
    put({ fault, said });
  } finally {
    busy = false;
  }
}

function restart() {
  talk = [];
  dialogue = null;
  reread();
}

// A question can be spoken where the phone understands speech: on the phone itself where it can, else by the maker of the
// browser, which is said first.
function micButton(input) {
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  if (!Recognition) return null;
  let hearing = null;
  const node = h("button.send.mic", { "aria-label": "说话提问", "aria-pressed": "false" }, icon("mic"));
  const stop = () => {
    hearing = null;
    node.setAttribute("aria-pressed", "false");
  };
  node.addEventListener("click", async () => {
    if (hearing) {
      hearing.stop();
      return;
    }
    const heard = new Recognition();
    const isOwn = "processLocally" in heard;
    if (isOwn) heard.processLocally = true;
    else if (!sessionStorage.getItem("cw.mic")) {
      if (
        !(await confirm("用说的提问？", "您的声音会由浏览器的厂商变成文字，小窗只收到文字。不要说证件号码。", "可以"))
      )
        return;
      sessionStorage.setItem("cw.mic", "1");
    }
    hearing = heard;
    heard.lang = "zh-CN";
    heard.interimResults = true;
    heard.onresult = (event) => {
      input.value = [...event.results].map((one) => one[0].transcript).join("");
    };
    heard.onerror = () => {
      stop();
      toast("没有听清，请再说一次或者打字");
    };
    heard.onend = () => {
      stop();
      if (input.value.trim()) input.form.requestSubmit();
    };
    node.setAttribute("aria-pressed", "true");
    heard.start();
  });
  return node;
}

export async function show({ query }) {
  await learnBooked(talk.map((one) => one.record).filter(Boolean));
  log = h(
    "div.talk",
    { role: "log", "aria-label": "对话", "aria-live": "polite" },
    h("div.said.by-bot", {}, h("p", {}, "您好，我是小窗。我只按大连、云南两部社会信用条例回答，每个回答都附上条文。")),
    talk.length ? talk.map(bubble) : starters(),
  );
  quick = h("div.quicks", { role: "group", "aria-label": "常见问法" });
  const input = h("input", {
    type: "text",
    id: "ask",
    maxlength: 5000,
    autocomplete: "off",
    enterkeyhint: "send",
    placeholder: "想问什么",
  });
  const row = h(
    "form.asking",
    {},
    h("label.sr", { for: "ask" }, "您的问题"),
    input,
    micButton(input),
    h("button.send", { "aria-label": "发送" }, icon("send")),
  );
  row.lastChild.type = "submit";
  row.addEventListener("submit", (event) => {
    event.preventDefault();
    if (busy) return; // what is typed meanwhile stays
    ask(input.value);
    input.value = "";
  });
  anew = h("button.bar-button", { onclick: restart }, icon("undo", { class: "icon s" }), h("span", {}, "重来"));
  drawQuick();
  return {
    title: "小窗",
    className: "chat",
    action: anew,
    body: [log, talk.length ? null : phoneRow("工作日接听，也可以到窗口问"), h("div.ask-dock", {}, quick, row)],
    shown: () => {
      if (talk.length) log.lastChild.scrollIntoView({ block: "end" });
      if (query.q) ask(query.q);
    },
  };
}
