// The mini-program's own pages, each as WeChat runs it: what it opens, asks, posts and says.

const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");

const { Phone, ROOT } = require("./phone");

const signedIn = { accessToken: "token", refreshToken: "refresh" };
const subscriptions = (change = {}) => ({
  ask: ["tmpl-date", "tmpl-progress"],
  isSwitchedOff: false,
  willPush: false,
  note: "目前没有可用的推送次数。",
  templates: [
    { name: "date_arrived", label: "日期到了", isLongTerm: false, banked: 0, unconfirmed: 0, isRefused: false },
    { name: "case_progress", label: "办理有进展", isLongTerm: false, banked: 2, unconfirmed: 1, isRefused: false },
  ],
  ...change,
});
const remindServer = (more = {}) => ({
  "POST /session/wechat": signedIn,
  "DELETE /session": [204, ""],
  "GET /me/subscriptions": subscriptions(),
  "POST /me/subscriptions": subscriptions(),
  ...more,
});

test("every page of app.json has its four files, and what is ours is no more than them", () => {
  const app = JSON.parse(readFileSync(path.join(ROOT, "app.json"), "utf8"));
  for (const page of app.pages)
    for (const end of ["js", "json", "wxml", "wxss"]) readFileSync(path.join(ROOT, `${page}.${end}`), "utf8");
});

test("opens the page with who holds the phone, the same each time, before # another address each time", async () => {
  const phone = new Phone();
  const first = await phone.open("index");
  const second = await phone.open("index", { to: encodeURIComponent("/records/rec_1") });
  assert.equal(first.opened.screen, "/open");
  assert.match(first.opened.who, /^[0-9a-f]{32}$/);
  assert.equal(second.opened.who, first.opened.who);
  assert.notEqual(second.src.search, first.src.search, "a change behind # alone would not load the page anew");
  assert.equal(second.opened.to, "/records/rec_1");
  assert.deepEqual(phone.noted("login"), [], "nobody is signed in who did not ask");
});

test("another user of WeChat on this phone is another one to the page", async () => {
  const mine = await new Phone().open("index");
  const hers = await new Phone({ storage: new Map() }).open("index");
  assert.notEqual(mine.opened.who, hers.opened.who);
});

test("a push opens its very notice", async () => {
  const screen = await new Phone().open("index", { notice: "5e1f0a" });
  assert.equal(screen.opened.to, "/notices/5e1f0a");
});

for (const to of [
  "https://evil.example",
  "//evil.example",
  "javascript:alert(1)",
  "/x#/signin?code=1",
  "%E0%A4%A",
  '/"><script>',
])
  test(`what is no route of the page leads home: ${to}`, async () => {
    const screen = await new Phone().open("index", { to: encodeURIComponent(to) });
    assert.equal(screen.opened.to, "/");
    assert.ok(screen.src.href.startsWith("https://credit-window.example/?v="));
  });

test("a push of somebody who wrote its number does not get out of the notices", async () => {
  const screen = await new Phone().open("index", { notice: "1#/signin?code=2" });
  assert.equal(screen.opened.to, "/");
});

test("signs in with the state that the page sent along, and the code behind #", async () => {
  const phone = new Phone({ codes: ["fresh"] });
  const screen = await phone.open("index", { signin: "1", state: "s-1", to: "%2Freport" });
  assert.deepEqual(
    { ...screen.opened, who: "" },
    { screen: "/signin", who: "", font: "17", code: "fresh", state: "s-1", to: "/report" },
  );
  assert.ok(!screen.src.search.includes("fresh"), "before # it would stand in a log");
});

test("where WeChat gives no code it says so, and the next try goes on", async () => {
  const phone = new Phone({ codes: [] });
  const screen = await phone.open("index", { signin: "1", state: "s", to: "/" });
  assert.equal(screen.src, null);
  assert.match(screen.text, /微信没有让登录/);
  phone.codes.push("late");
  await screen.taps("再试一次");
  assert.equal(screen.opened.code, "late");
});

test("without a network it says so and opens by itself when there is one", async () => {
  const phone = new Phone();
  phone.network = "none";
  const screen = await phone.open("index");
  assert.match(screen.text, /没有网络/);
  phone.network = "wifi";
  for (const tell of phone.listeners) tell({ isConnected: true });
  await screen.settled();
  assert.equal(screen.opened.screen, "/open");
  screen.leaves();
  assert.equal(phone.listeners.size, 0);
});

test("a page that did not come has a page of its own", async () => {
  const screen = await new Phone().open("index");
  screen.page.instance.onPageError();
  await screen.settled();
  assert.match(screen.text, /没有打开/);
  await screen.taps("再试一次");
  assert.equal(screen.opened.screen, "/open");
});

test("a share card says nothing of whoever sends it", async () => {
  const screen = await new Phone().open("index", { to: "/records/rec_1" });
  const card = screen.page.instance.onShareAppMessage();
  assert.equal(card.path, "/pages/index/index");
  assert.ok(!JSON.stringify(card).includes("rec_1"));
});

test("WeChat's size of type goes along", async () => {
  const phone = new Phone();
  phone.fontSizeSetting = 24;
  assert.equal((await phone.open("index")).opened.font, "24");
  assert.equal((await phone.open("scan")).data.size, "large");
});

test("asks within the tap, with ids fetched before, posts what WeChat gave and goes back", async () => {
  const phone = new Phone({ server: remindServer() });
  phone.question = {
    success: { "tmpl-date": "accept", "tmpl-progress": "reject", errMsg: "requestSubscribeMessage:ok" },
  };
  const screen = await phone.open("remind");
  assert.match(screen.text, /每允许一次，微信可以给您发一条/);
  assert.match(screen.text, /还能发2条，另有1条等微信确认/);
  assert.ok((await screen.taps("允许提醒")).includes("requestSubscribeMessage"), "WeChat takes it only within the tap");
  assert.deepEqual(phone.noted("requestSubscribeMessage")[0].tmplIds, ["tmpl-date", "tmpl-progress"]);
  assert.deepEqual(phone.sent("POST /me/subscriptions"), [{ results: phone.question.success }]);
  assert.equal(phone.noted("navigateBack").length, 1);
  screen.leaves();
  await screen.settled();
  assert.equal(phone.sent("DELETE /session").length, 1, "no session of its own stays behind");
});

for (const word of ["reject", "acceptWithAudio", "ban", "filter"])
  test(`posts ${word} as it is`, async () => {
    const phone = new Phone({ server: remindServer() });
    phone.question = { success: { "tmpl-date": word, errMsg: "requestSubscribeMessage:ok" } };
    const screen = await phone.open("remind");
    await screen.taps("允许提醒");
    assert.equal(phone.sent("POST /me/subscriptions")[0].results["tmpl-date"], word);
    assert.equal(phone.noted("navigateBack").length, 1);
  });

test("with the main switch off it says how to turn it on, and looks again when one comes back", async () => {
  const off = subscriptions({ isSwitchedOff: true, note: "您关闭了微信的消息总开关。" });
  const phone = new Phone({ server: remindServer({ "POST /me/subscriptions": off }) });
  phone.question = { fail: { errCode: 20004, errMsg: "requestSubscribeMessage:fail" } };
  const screen = await phone.open("remind");
  await screen.taps("允许提醒");
  assert.deepEqual(phone.sent("POST /me/subscriptions"), [{ results: {}, errorCode: 20004 }]);
  assert.match(screen.text, /通知管理/);
  assert.equal(phone.noted("navigateBack").length, 0);
  await screen.taps("去设置里打开");
  phone.server["GET /me/subscriptions"] = off;
  phone.server["POST /me/subscriptions"] = subscriptions();
  screen.page.instance.onShow();
  await screen.settled();
  assert.deepEqual(phone.sent("POST /me/subscriptions").at(-1), { mainSwitch: true });
  assert.ok(!screen.text.includes("通知管理"));
});

test("a main switch that was off when the page opened is told to the server", async () => {
  const off = subscriptions({ isSwitchedOff: true });
  const phone = new Phone({ server: remindServer({ "POST /me/subscriptions": off }) });
  phone.settings = { subscriptionsSetting: { mainSwitch: false } };
  const screen = await phone.open("remind");
  assert.deepEqual(phone.sent("POST /me/subscriptions"), [{ mainSwitch: false }]);
  assert.match(screen.text, /打开“接收通知”/);
});

test("a spent code leads to a fresh one by itself, once", async () => {
  let tries = 0;
  const spent = [400, { code: "wechat-code-invalid", title: "微信登录没有成功", detail: "", nextStep: { text: "" } }];
  const phone = new Phone({
    server: remindServer({
      "POST /session/wechat": () => {
        tries += 1;
        return tries === 1 ? spent : signedIn;
      },
    }),
  });
  const screen = await phone.open("remind");
  assert.deepEqual(phone.sent("POST /session/wechat"), [{ code: "code-1" }, { code: "code-2" }]);
  assert.match(screen.text, /允许提醒/);
  const never = new Phone({ server: remindServer({ "POST /session/wechat": spent }) });
  const failed = await never.open("remind");
  assert.equal(never.sent("POST /session/wechat").length, 2);
  assert.match(failed.text, /微信登录没有成功/);
});

test("nothing to ask for says when there will be", async () => {
  const phone = new Phone({ server: remindServer({ "GET /me/subscriptions": subscriptions({ ask: [] }) }) });
  const screen = await phone.open("remind");
  assert.ok(!screen.text.includes("允许提醒"));
  assert.match(screen.text, /过一个月可以再选/);
});

test("a lost network on the way says so and the next try goes on", async () => {
  const phone = new Phone({ server: { "POST /session/wechat": signedIn } });
  const screen = await phone.open("remind");
  assert.match(screen.text, /连不上网络/);
  Object.assign(phone.server, remindServer());
  await screen.taps("再试一次");
  assert.match(screen.text, /允许提醒/);
});

test("a token that ran out while one read is renewed, and what WeChat answered is told under it", async () => {
  const phone = new Phone({
    server: remindServer({ "POST /session/refresh": { accessToken: "t2", refreshToken: "r2" } }),
  });
  phone.question = { success: { "tmpl-date": "accept", errMsg: "requestSubscribeMessage:ok" } };
  const screen = await phone.open("remind");
  const ended = [401, { code: "sign-in-needed", title: "请先登录", detail: "请先登录。" }];
  let tries = 0;
  phone.server["POST /me/subscriptions"] = () => {
    tries += 1;
    return tries === 1 ? ended : subscriptions();
  };
  await screen.taps("允许提醒");
  assert.deepEqual(phone.sent("POST /session/refresh"), [{ refreshToken: "refresh" }]);
  assert.equal(phone.sent("POST /session/wechat").length, 1, "a second session would stand among the devices");
  assert.deepEqual(phone.sent("POST /me/subscriptions")[1], { results: phone.question.success });
  assert.equal(phone.noted("navigateBack").length, 1);
});

test("a session that has ended altogether is begun anew", async () => {
  const ended = [401, { code: "sign-in-needed", title: "请先登录", detail: "请先登录。" }];
  const phone = new Phone({ server: remindServer({ "POST /session/refresh": ended }) });
  const screen = await phone.open("remind");
  let tries = 0;
  phone.server["POST /me/subscriptions"] = () => {
    tries += 1;
    return tries === 1 ? ended : subscriptions();
  };
  await screen.taps("允许提醒");
  assert.equal(phone.sent("POST /session/wechat").length, 2);
  assert.equal(phone.noted("navigateBack").length, 1);
});

test("whoever leaves after the token ran out leaves no session behind", async () => {
  const phone = new Phone({
    server: remindServer({ "POST /session/refresh": { accessToken: "t2", refreshToken: "r2" } }),
  });
  const screen = await phone.open("remind");
  phone.server["DELETE /session"] = [401, { code: "sign-in-needed", title: "请先登录", detail: "请先登录。" }];
  screen.leaves();
  await screen.settled();
  const tokens = phone.requests.filter((one) => one.name === "DELETE /session").map((one) => one.header.Authorization);
  assert.deepEqual(tokens, ["Bearer token", "Bearer t2"]);
});

test("an answer that was lost on the way is told once there is a network", async () => {
  const phone = new Phone({ server: remindServer() });
  phone.question = { success: { "tmpl-date": "accept", errMsg: "requestSubscribeMessage:ok" } };
  const screen = await phone.open("remind");
  phone.server["POST /me/subscriptions"] = undefined;
  await screen.taps("允许提醒");
  assert.match(screen.text, /连不上网络/);
  phone.server["POST /me/subscriptions"] = subscriptions();
  await screen.taps("再试一次");
  const keys = phone.requests.filter((one) => one.name === "POST /me/subscriptions").map((one) => one.header);
  assert.equal(phone.noted("requestSubscribeMessage").length, 1, "WeChat's question is not asked twice");
  assert.deepEqual(phone.sent("POST /me/subscriptions")[1], { results: phone.question.success });
  assert.equal(keys[0]["Idempotency-Key"], keys[1]["Idempotency-Key"], "or one permission would count twice");
  assert.equal(phone.noted("navigateBack").length, 1);
});

const paper = { ticket: "t.i.c", path: encodeURIComponent("/me/report.pdf"), name: encodeURIComponent("信用报告.pdf") };

test("fetches a paper with its ticket in the header, opens it with the menu, and leaves nothing behind", async () => {
  const phone = new Phone();
  const screen = await phone.open("paper", paper);
  const [fetched] = phone.noted("downloadFile");
  assert.equal(fetched.url, "https://credit-window.example/api/v1/me/report.pdf");
  assert.deepEqual(fetched.header, { Authorization: "Ticket t.i.c" });
  const [opened] = phone.noted("openDocument");
  assert.deepEqual([opened.filePath, opened.showMenu, opened.fileType], ["wxfile://usr/信用报告.pdf", true, "pdf"]);
  await screen.taps("再打开一次");
  assert.equal(phone.noted("downloadFile").length, 1, "the ticket was good once");
  screen.leaves();
  assert.equal(phone.noted("unlink")[0].filePath, "wxfile://usr/信用报告.pdf");
});

test("a paper that comes after one has left opens no more and does not stay", async () => {
  const phone = new Phone();
  phone.download = null; // on its way
  const screen = await phone.open("paper", paper);
  screen.leaves();
  assert.equal(phone.noted("abort").length, 1);
  phone.noted("downloadFile")[0].success({ statusCode: 200 }); // it was there already
  await screen.settled();
  assert.equal(phone.noted("openDocument").length, 0);
  assert.equal(phone.noted("unlink").at(-1).filePath, "wxfile://usr/信用报告.pdf");
  assert.equal(phone.noted("unlink").length, 2, "once when one left, once when it came");
});

test("a ticket that was used says what to do", async () => {
  const phone = new Phone();
  phone.download = { statusCode: 401 };
  const screen = await phone.open("paper", paper);
  assert.match(screen.text, /要再点一次/);
  assert.equal(phone.noted("openDocument").length, 0);
  await screen.taps("返回");
  assert.equal(phone.noted("navigateBack").length, 1);
});

test("an export is sent into WeChat, since it cannot be opened there", async () => {
  const phone = new Phone();
  const name = encodeURIComponent("我的信用数据.json");
  const screen = await phone.open("paper", { ...paper, path: encodeURIComponent("/me/export"), name });
  assert.equal(phone.noted("openDocument").length, 0);
  assert.deepEqual(await screen.taps("发到微信里保存"), ["shareFileMessage"]);
  assert.equal(phone.noted("shareFileMessage")[0].fileName, "我的信用数据.json");
});

test("a paper that the phone cannot show can still be sent", async () => {
  const phone = new Phone();
  phone.cannotOpen = true;
  const screen = await phone.open("paper", paper);
  assert.match(screen.text, /打不开/);
  await screen.taps("发到微信里保存");
  assert.equal(phone.noted("shareFileMessage").length, 1);
});

for (const wrong of ["/staff/queue", "/me/../staff/queue", "https://evil.example/x.pdf", ""])
  test(`a ticket goes nowhere else: ${wrong || "nowhere"}`, async () => {
    const phone = new Phone();
    await phone.open("paper", { ...paper, path: encodeURIComponent(wrong) });
    assert.equal(phone.noted("downloadFile").length, 0);
  });

test("a day goes into the calendar within the tap, at half past eight in Beijing", async () => {
  const phone = new Phone();
  const screen = await phone.open("day", { on: "2027-01-21", title: encodeURIComponent("有一项业务可以办理了") });
  assert.match(screen.text, /2027年1月21日/);
  assert.ok((await screen.taps("存入手机日历")).includes("addPhoneCalendar"));
  const [entry] = phone.noted("addPhoneCalendar");
  assert.equal(new Date(entry.startTime * 1000).toISOString(), "2027-01-21T00:30:00.000Z");
  assert.equal(entry.title, "有一项业务可以办理了");
  assert.match(screen.text, /已存入手机日历/);
});

test("without leave to use the calendar it says where to give it", async () => {
  const phone = new Phone();
  phone.noCalendar = "addPhoneCalendar:fail auth deny";
  const screen = await phone.open("day", { on: "2027-01-21", title: "x" });
  await screen.taps("存入手机日历");
  assert.match(screen.text, /您没有允许使用日历/);
  assert.match(screen.text, /去打开日历权限/);
  phone.noCalendar = null;
  await screen.taps("存入手机日历");
  assert.match(screen.text, /已存入手机日历/);
  assert.ok(!screen.text.includes("去打开日历权限"), "it was given");
});

test("who did not agree to the privacy guide is told to tap again, since no setting has it", async () => {
  const phone = new Phone();
  phone.noCalendar = "addPhoneCalendar:fail privacy permission is not authorized";
  const screen = await phone.open("day", { on: "2027-01-21", title: "x" });
  await screen.taps("存入手机日历");
  assert.match(screen.text, /先同意微信弹出的隐私说明/);
  assert.ok(!screen.text.includes("去打开日历权限"));
});

test("what is no day is not put into a calendar", async () => {
  const screen = await new Phone().open("day", { on: "tomorrow", title: "x" });
  assert.ok(!screen.text.includes("存入手机日历"));
});

for (const [result, to] of [
  ["https://credit-window.example/verify#ABCDE-FGHJK-LMNPQ", "/verify/ABCDE-FGHJK-LMNPQ"],
  ["https://credit-window.example/#/redeem/G7KQ-22XX", "/redeem/G7KQ-22XX"],
])
  test(`scans ${result}`, async () => {
    const phone = new Phone();
    phone.scanned = result;
    await phone.open("scan");
    assert.equal(phone.noted("reLaunch")[0].url, `/pages/index/index?to=${encodeURIComponent(to)}`);
  });

for (const result of ["https://evil.example/verify#ABCDE", "https://credit-window.example/#/signin?code=1", "hello"])
  test(`does not follow ${result}`, async () => {
    const phone = new Phone();
    phone.scanned = result;
    const screen = await phone.open("scan");
    assert.equal(phone.noted("reLaunch").length, 0);
    assert.match(screen.text, /不是信用小窗的码/);
  });

test("a step names a button only where that button stands", () => {
  const wxml = readFileSync(path.join(ROOT, "pages/remind/remind.wxml"), "utf8");
  const steps = wxml.split("\n").filter((line) => line.includes("“允许提醒”"));
  assert.ok(steps.length > 0);
  // who refused all of it within the month has nothing to allow anew
  for (const step of steps) assert.match(step, /wx:if="{{canAsk}}"/);
});
