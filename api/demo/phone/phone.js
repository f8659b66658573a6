// A phone without WeChat: plays WeChat around the mini-program's own code, for whoever has no account with it.

import { open } from "./pages.js";

const $ = (id) => document.getElementById(id);
const make = (tag, text = "", set = {}) => Object.assign(document.createElement(tag), { textContent: text }, set);
const TEMPLATES = { "dev-date-arrived": "日子到了", "dev-case-progress": "进度通知", "dev-task-due": "要您办" };
const QUESTIONS = {
  "dev-date-arrived": "办理日期提醒",
  "dev-case-progress": "办理进度通知",
  "dev-task-due": "待办事项提醒",
};
const CASES = {
  usual: "照常",
  never: "以前选过“总是拒绝”",
  switchedOff: "微信里关了通知",
  offline: "断网",
  slow: "微信很慢",
  away: "微信没有响应",
};
const POLL_MS = 1500;

let who = null;
let situation = "usual";
let seen = 0;
let stack = [];
let clock = { now: new Date(), at: Date.now() };
const refused = new Set();

const ask = async (path, body) => {
  const reply = await fetch(`/standin/${path}`, body ? { method: "POST", body: JSON.stringify(body) } : {});
  return reply.json();
};

const beijing = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", ...options });
const now = () => new Date(clock.now.getTime() + Date.now() - clock.at);
const time = (options) => beijing({ hour: "numeric", minute: "2-digit", hour12: false, ...options }).format(now());
const day = () => beijing({ year: "numeric", month: "long", day: "numeric", weekday: "short" }).format(now());

function note(text) {
  $("log").prepend(make("li", `${time({ second: "2-digit" })}　${text}`));
  while ($("log").childElementCount > 8) $("log").lastChild.remove();
}

// ---- WeChat's API, as far as the pages use it

const storage = () => `standin.${who}.`;
const later = (work) => setTimeout(work, situation === "slow" ? 3000 : 30);
const isOffline = () => situation === "offline";

const wx = {
  env: { USER_DATA_PATH: "file" },
  getStorageSync: (key) => localStorage.getItem(storage() + key) ?? "",
  setStorageSync: (key, value) => localStorage.setItem(storage() + key, value),
  getRandomValues: ({ length, success }) =>
    success({ randomValues: crypto.getRandomValues(new Uint8Array(length)).buffer }),
  getAppBaseInfo: () => ({ fontSizeSetting: 17 }),
  getNetworkType: ({ success }) => success({ networkType: isOffline() ? "none" : "wifi" }),
  listeners: new Set(),
  onNetworkStatusChange: (listener) => wx.listeners.add(listener),
  offNetworkStatusChange: (listener) => wx.listeners.delete(listener),
  login: ({ success, fail }) =>
    later(async () => {
      if (isOffline()) return fail({ errMsg: "login:fail" });
      note("小程序向微信要登录码");
      return success(await ask("login", { who }));
    }),
  request: ({ url, method, data, header, success, fail }) =>
    later(async () => {
      if (isOffline()) return fail({ errMsg: "request:fail" });
      try {
        const reply = await fetch(url, { method, headers: header, body: data && JSON.stringify(data) });
        const text = await reply.text();
        return success({ statusCode: reply.status, data: text ? JSON.parse(text) : "" });
      } catch {
        return fail({ errMsg: "request:fail" });
      }
    }),
  requestSubscribeMessage: ({ tmplIds, success, fail }) => question(tmplIds, success, fail),
  getSetting: ({ success }) => success({ subscriptionsSetting: { mainSwitch: situation !== "switchedOff" } }),
  openSetting: () =>
    sheet(
      "微信设置 · 通知管理",
      [make("p", "接收“信用小窗”的通知")],
      { 打开: () => choose("usual"), 不改: () => {} },
      () => top()?.self.onShow?.(),
    ),
  downloadFile: ({ url, header, success, fail }) =>
    later(async () => {
      if (isOffline()) return fail({ errMsg: "downloadFile:fail" });
      const reply = await fetch(url, { headers: header });
      wx.file = await reply.blob();
      note(reply.ok ? "外壳用一次性取件码取到文件" : "取件码已经用过");
      return success({ statusCode: reply.status });
    }),
  openDocument: ({ success }) =>
    later(() => {
      note("微信打开了 PDF");
      const file = URL.createObjectURL(wx.file);
      sheet("微信的文件阅读", [make("a", "在新窗口看这份 PDF", { href: file, target: "_blank" })], { 关闭: () => {} });
      success({});
    }),
  shareFileMessage: ({ fileName }) => note(`发到微信：${fileName}`),
  getFileSystemManager: () => ({
    unlink: () => {
      wx.file = null;
    },
  }),
  addPhoneCalendar: ({ title, startTime, success }) => {
    note(`存入日历：${beijing({ dateStyle: "medium" }).format(new Date(startTime * 1000))}　${title}`);
    later(() => success({}));
  },
  scanCode: ({ success, fail }) => {
    const input = make("input", "", { ariaLabel: "二维码里的网址" });
    sheet("扫一扫", [make("p", "把二维码里的网址贴在这里"), input], {
      扫: () => success({ result: input.value }),
      取消: () => fail({ errMsg: "scanCode:fail cancel" }),
    });
  },
  showToast: ({ title }) => note(title),
  navigateBack: () => back(),
  navigateTo: ({ url }) => push(url),
  redirectTo: ({ url }) => launch(url),
  reLaunch: ({ url }) => launch(url),
};

function sheet(title, lines, choices, after = () => {}) {
  const box = make("section", "", { className: "ask" });
  box.setAttribute("role", "dialog");
  const buttons = make("div", "", { className: "two" });
  for (const [label, work] of Object.entries(choices))
    buttons.append(
      make("button", label, {
        type: "button",
        className: label === Object.keys(choices)[0] ? "" : "quiet",
        onclick: () => {
          $("sheet").hidden = true;
          work();
          after();
        },
      }),
    );
  box.append(make("h3", title), ...lines, buttons);
  $("sheet").replaceChildren(box);
  $("sheet").hidden = false;
  buttons.firstChild.focus();
}

async function tell(results) {
  for (const [id, word] of Object.entries(results)) refused[word === "reject" ? "add" : "delete"](id);
  await ask("subscribe", { who, results });
  draw();
}

function question(ids, success, fail) {
  note("页面要求问“允许提醒”");
  if (situation === "switchedOff") return later(() => fail({ errCode: 20004, errMsg: "requestSubscribeMessage:fail" }));
  const answered = async (results) => {
    await tell(results);
    later(() => success({ ...results, errMsg: "requestSubscribeMessage:ok" }));
  };
  if (situation === "never") return answered(Object.fromEntries(ids.map((id) => [id, "reject"])));
  const boxes = ids.map((id) => [id, make("input", "", { type: "checkbox", checked: true })]);
  const lines = boxes.map(([id, box]) => {
    const line = make("label");
    line.append(box, QUESTIONS[id] ?? id);
    return line;
  });
  const asker = make("p", "信用小窗　申请", { className: "who" });
  asker.prepend(make("img", "", { src: "/standin/phone/mark.svg", alt: "" }));
  const always = make("label", "", { className: "always" });
  always.append(make("input", "", { type: "checkbox" }), "总是保持以上选择，不再询问");
  const word = (isAllowed) => (isAllowed ? "accept" : "reject");
  return sheet("发送一次以下消息", [asker, ...lines, always], {
    允许: () => answered(Object.fromEntries(boxes.map(([id, box]) => [id, word(box.checked)]))),
    取消: () => answered(Object.fromEntries(ids.map((id) => [id, "reject"]))),
  });
}

// ---- the stack of pages

const top = () => stack.at(-1);

function webView(src) {
  const frame = document.createElement("iframe");
  frame.title = "信用小窗的页面";
  frame.src = src;
  note(src.includes("code=") ? "带登录码打开页面" : "打开页面");
  frame.addEventListener("load", () => {
    if (!frame.contentDocument?.head) return;
    const name = () => {
      if (top()?.frame !== frame) return;
      $("title").textContent = frame.contentDocument.title;
    };
    new MutationObserver(name).observe(frame.contentDocument.head, {
      childList: true,
      subtree: true,
      characterData: true,
    });
    name();
    cut(frame);
  });
  return frame;
}

// Without a network the page in the web view reaches nobody either.
function cut(frame) {
  const page = frame.contentWindow;
  page.fetch = isOffline() ? () => Promise.reject(new TypeError("offline")) : window.fetch.bind(page);
  page.dispatchEvent(new page.Event(isOffline() ? "offline" : "online"));
}

async function push(url) {
  const { page, start: begin } = await open(url, wx, webView);
  // A frame that is moved loads anew: rooms are only hidden and shown.
  for (const other of stack) other.room.hidden = true;
  stack.push(page);
  $("stack").append(page.room);
  $("title").textContent = page.title;
  await begin();
}

function clear() {
  for (const page of stack) page.self.onUnload?.();
  stack = [];
  $("stack").replaceChildren();
}

async function launch(url) {
  clear();
  await push(url);
}

function back() {
  if (stack.length > 1) {
    const left = stack.pop();
    left.self.onUnload?.();
    left.room.remove();
    top().room.hidden = false;
    $("title").textContent = top().frame?.contentDocument.title ?? top().title;
    top().frame?.contentDocument.dispatchEvent(new Event("visibilitychange"));
    return;
  }
  top()?.frame?.contentWindow.history.back();
}

addEventListener("message", ({ origin, data }) => {
  if (origin === location.origin && data?.standIn) wx[data.standIn]({ url: data.url });
});
$("back").addEventListener("click", back);

// ---- what stands beside the phone

async function draw() {
  const person = await ask(`person?who=${encodeURIComponent(who)}`);
  clock = { now: new Date(person.now), at: Date.now() };
  $("day").textContent = `${day()} ${time({})}`;
  $("clock").textContent = time({});
  $("quotas").replaceChildren(
    ...Object.entries(TEMPLATES).map(([id, label]) => {
      const row = make("div");
      row.append(make("dt", label), make("dd", refused.has(id) ? "已拒绝" : `${person.quotas[id] ?? 0}次`));
      return row;
    }),
  );
  return person;
}

async function choose(name) {
  situation = name;
  for (const box of document.querySelectorAll("[name=case]")) box.checked = box.value === name;
  note(`情形：${CASES[name]}`);
  await ask("faults", { gone: name === "away", slowMs: name === "slow" ? 3000 : 0 });
  await ask("switch", { who, off: name === "switchedOff" });
  for (const page of stack) if (page.frame) cut(page.frame);
  if (!isOffline()) for (const tellOf of [...wx.listeners]) tellOf({ isConnected: true });
}

async function move(body) {
  const { to } = await ask("clock", body);
  await draw();
  note(to ? `时间到了${day()}` : "没有约好的日子");
}

// The first day that is booked, by a session of the phone's own.
async function bookedDay() {
  const call = async (path, { method = "GET", token, data } = {}) => {
    const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    return (await fetch(`/api/v1${path}`, { method, headers, body: data && JSON.stringify(data) })).json();
  };
  const { code } = await ask("login", { who });
  const { accessToken: token } = await call("/session/wechat", { method: "POST", data: { code } });
  const { items = [] } = await call("/me/notices/booked", { token });
  fetch("/api/v1/session", { method: "DELETE", headers: { Authorization: `Bearer ${token}` } });
  const today = beijing({ year: "numeric", month: "2-digit", day: "2-digit" }).format(now()).replaceAll("/", "-");
  const toCome = items.filter((one) => one.on > today);
  return (toCome.find((one) => one.flow === "repair") ?? toCome[0])?.on ?? null;
}

$("next-day").addEventListener("click", () => move({ days: 1 }));
$("that-day").addEventListener("click", async () => {
  const on = await bookedDay();
  if (on) await move({ to: `${on}T08:31:00+08:00` });
  else note("没有约好的日子：先在页面里绑定身份、约好提醒");
});

function arrived(message) {
  note("收到一条微信推送");
  $("lock-day").textContent = beijing({ month: "long", day: "numeric", weekday: "long" }).format(now());
  $("lock-time").textContent = time({});
  const values = Object.values(message.data).map((one) => one.value);
  const small = make("small");
  small.append(make("span", "微信 · 服务通知"), make("span", "现在"));
  $("push").replaceChildren(small, make("b", values[0]), make("div", values.at(-1)));
  $("push").onclick = () => {
    $("lock").hidden = true;
    note("点开推送");
    launch(`/${message.page}`);
  };
  $("lock").hidden = false;
}
$("unlock").addEventListener("click", () => {
  $("lock").hidden = true;
});

async function watch() {
  try {
    const { openid } = await draw();
    const { sent } = await ask(`sent?after=${seen}`);
    seen = sent.at(-1)?.number ?? seen;
    const mine = sent.filter((one) => one.openid === openid);
    if (mine.length) arrived(mine.at(-1));
  } finally {
    setTimeout(watch, POLL_MS);
  }
}

// The demo's people have a name and a number that nobody knows by heart.
function fill(person) {
  const page = top()?.frame?.contentDocument;
  const values = { name: person.name, documentNumber: person.number };
  for (const [name, value] of Object.entries(values)) {
    const input = page?.querySelector(`[name="${name}"]`);
    if (!input) return note("页面上没有要填身份的地方");
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const home = person.number.startsWith("21") ? "dalian" : "yunnan";
  page.querySelector(`[data-field="jurisdiction"] input[value="${home}"]`)?.click();
  return note("替他填好了姓名、证件号码和常住地");
}

async function take(name, person) {
  clear(); // at once: what is tapped from now on is tapped by the next
  who = name;
  $("document").hidden = !person?.number;
  $("number").textContent = person?.number ? `${person.name}　${person.number}` : "";
  $("fill").onclick = () => fill(person);
  refused.clear();
  note("手机换到这个人手里");
  await draw();
  await launch("/pages/index/index");
}

async function start() {
  const people = await (await fetch("/api/v1/demo/residents")).json();
  for (const one of people)
    $("who").append(make("option", `${one.name ?? one.code}`, { value: one.code.replace("demo-", "") }));
  $("who").append(make("option", "一个没来过的人", { value: "newcomer" }));
  const chosen = () => people.find((one) => one.code === `demo-${$("who").value}`);
  $("who").addEventListener("change", () => take($("who").value, chosen()));
  for (const [value, label] of Object.entries(CASES)) {
    const line = make("label", "", { className: "choice" });
    line.append(
      make("input", "", {
        type: "radio",
        name: "case",
        value,
        checked: value === "usual",
        onchange: () => choose(value),
      }),
      label,
    );
    $("cases").append(line);
  }
  const { sent } = await ask("sent?newest=1");
  seen = sent.at(-1)?.number ?? 0;
  await take($("who").value, chosen());
  watch();
}

start();
