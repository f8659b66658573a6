// A phone for the tests: WeChat's API as far as the pages use it, in memory, with what it was asked.

const path = require("node:path");
const { setImmediate: turn } = require("node:timers/promises");

const { JSDOM } = require("jsdom");

const dom = new JSDOM("<!doctype html><body></body>");
for (const name of ["window", "document", "HTMLElement", "Node", "Event", "CustomEvent", "MutationObserver"])
  globalThis[name] = name === "window" ? dom.window : dom.window[name];
const simulate = require("miniprogram-simulate");

const ROOT = path.join(__dirname, "../../api/web/miniprogram");

// `server` answers requests: "METHOD /path" → a body, [status, body], or a function of what was sent. `storage` belongs to
// one user of WeChat; another one has another.
class Phone {
  constructor({ server = {}, storage = new Map(), codes = ["code-1", "code-2", "code-3"] } = {}) {
    this.calls = [];
    this.requests = [];
    this.server = server;
    this.storage = storage;
    this.codes = [...codes];
    this.network = "wifi";
    this.question = { success: {} };
    this.settings = { subscriptionsSetting: { mainSwitch: true } };
    this.download = { statusCode: 200 };
    this.fontSizeSetting = 17;
    this.listeners = new Set();
    globalThis.wx = this.wx();
  }

  noted(name) {
    return this.calls.filter((call) => call.name === name).map((call) => call.given);
  }

  // What the real one gives back by callback comes later than the call, as there.
  later(name, answer) {
    return (given = {}) => {
      this.calls.push({ name, given, stack: new Error().stack });
      queueMicrotask(() => answer.call(this, given));
    };
  }

  wx() {
    return {
      env: { USER_DATA_PATH: "wxfile://usr" },
      getStorageSync: (key) => this.storage.get(key) ?? "",
      setStorageSync: (key, value) => this.storage.set(key, value),
      getRandomValues: ({ length, success }) =>
        success({ randomValues: crypto.getRandomValues(new Uint8Array(length)).buffer }),
      getAppBaseInfo: () => ({ fontSizeSetting: this.fontSizeSetting }),
      getNetworkType: ({ success }) => success({ networkType: this.network }),
      onNetworkStatusChange: (listener) => this.listeners.add(listener),
      offNetworkStatusChange: (listener) => this.listeners.delete(listener),
      login: this.later("login", ({ success, fail }) => {
        const code = this.codes.shift();
        if (code) success({ code });
        else fail({ errMsg: "login:fail" });
      }),
      request: this.later("request", (given) => this.answer(given)),
      requestSubscribeMessage: this.later("requestSubscribeMessage", ({ success, fail }) =>
        this.question.success ? success(this.question.success) : fail(this.question.fail),
      ),
      getSetting: ({ success }) => success(this.settings),
      openSetting: this.later("openSetting", () => {}),
      downloadFile: (given) => {
        this.later("downloadFile", ({ success, fail }) => {
          if (this.download) this.download.statusCode ? success(this.download) : fail({ errMsg: "downloadFile:fail" });
        })(given);
        return { abort: this.later("abort", () => {}) };
      },
      openDocument: this.later("openDocument", ({ success, fail }) =>
        this.cannotOpen ? fail({ errMsg: "openDocument:fail filetype not supported" }) : success({}),
      ),
      shareFileMessage: this.later("shareFileMessage", () => {}),
      getFileSystemManager: () => ({ unlink: this.later("unlink", () => {}) }),
      addPhoneCalendar: this.later("addPhoneCalendar", ({ success, fail }) =>
        this.noCalendar ? fail({ errMsg: this.noCalendar }) : success({}),
      ),
      scanCode: this.later("scanCode", ({ success, fail }) =>
        this.scanned ? success({ result: this.scanned }) : fail({ errMsg: "scanCode:fail cancel" }),
      ),
      showToast: this.later("showToast", () => {}),
      navigateBack: this.later("navigateBack", () => {}),
      reLaunch: this.later("reLaunch", () => {}),
    };
  }

  answer({ url, method, data, header, success, fail }) {
    const { pathname } = new URL(url);
    const name = `${method} ${pathname.replace("/api/v1", "")}`;
    this.requests.push({ name, data, header });
    const found = this.server[name];
    const given = typeof found === "function" ? found(data) : found;
    if (given === undefined) return fail({ errMsg: "request:fail" });
    const [statusCode, body] = Array.isArray(given) ? given : [200, given];
    return success({ statusCode, data: body });
  }

  sent(name) {
    return this.requests.filter((request) => request.name === name).map((request) => request.data);
  }

  // Opens a page with the parameters that stand in its address.
  async open(name, query = {}) {
    const file = path.join(ROOT, "pages", name, name);
    const page = simulate.render(simulate.load(file, { compiler: "simulate", rootPath: ROOT }));
    page.attach(document.body);
    const screen = new Screen(page, this);
    page.instance.onLoad(query);
    await screen.settled();
    return screen;
  }
}

class Screen {
  constructor(page, phone) {
    this.page = page;
    this.phone = phone;
  }

  get data() {
    return this.page.data;
  }

  get text() {
    return this.page.dom.textContent.replace(/\s+/g, " ").trim();
  }

  get src() {
    return this.data.src ? new URL(this.data.src) : null;
  }

  // The page's address behind `#`: its screen and what it is told.
  get opened() {
    const [screen, search] = this.src.hash.slice(1).split("?");
    return { screen, ...Object.fromEntries(new URLSearchParams(search)) };
  }

  // By the words on it, as a finger does. Gives back what was asked of WeChat before the tap was over.
  async taps(words) {
    const buttons = this.page.querySelectorAll(".button");
    const button = buttons.find((one) => one.dom.textContent.trim() === words);
    if (!button) throw new Error(`no button “${words}” on: ${this.text}`);
    const before = this.phone.calls.length;
    button.dispatchEvent("tap");
    await this.settled();
    // What comes after something was awaited has no event below it on the stack.
    const within = this.phone.calls
      .slice(before)
      .filter((call) => /triggerEvent|dispatchEvent/i.test(call.stack))
      .map((call) => call.name);
    return within;
  }

  async settled() {
    for (let index = 0; index < 12; index += 1) await turn();
  }

  leaves() {
    this.page.instance.onUnload?.();
    this.page.detach();
  }
}

module.exports = { Phone, ROOT };
