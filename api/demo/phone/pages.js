// Runs the mini-program's own pages in a browser: their code, their WXML (what of it they use) and a stack of them.

const definitions = new Map();
const modules = new Map();

// Each file of the mini-program comes wrapped in a call of this.
window.standIn = { define: (name, run) => definitions.set(name, run) };

const loadScript = (name) =>
  new Promise((resolve, reject) => {
    if (definitions.has(name)) return resolve();
    const script = document.createElement("script");
    script.src = `/standin/mini/${name}.js`;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`no ${name}.js`));
    return document.head.append(script);
  });

const beside = (from, name) => new URL(name, `https://x/${from}`).pathname.slice(1);

function run(name, wx) {
  if (modules.has(name)) return modules.get(name);
  const module = { exports: {} };
  modules.set(name, module.exports);
  const found = { options: null };
  definitions.get(name)(
    (wanted) => run(beside(name, wanted), wx),
    module,
    wx,
    (options) => {
      found.options = options;
    },
  );
  modules.set(name, found.options ?? module.exports);
  return modules.get(name);
}

const look = (scope, path) => path.split(".").reduce((value, key) => value?.[key.trim()], scope);
const whole = /^\{\{([^}]+)\}\}$/;
const part = /\{\{([^}]+)\}\}/g;
const filled = (text, scope) => text.replace(part, (_, path) => look(scope, path) ?? "");
const resolved = (text, scope) => {
  const path = whole.exec(text)?.[1];
  return path ? look(scope, path) : filled(text, scope);
};

function drawn(node, scope, page) {
  if (node.nodeType === Node.TEXT_NODE)
    return node.data.trim() ? [document.createTextNode(filled(node.data, scope))] : [];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const list = node.getAttribute("wx:for");
  if (list) {
    const once = node.cloneNode(true);
    once.removeAttribute("wx:for");
    return (resolved(list, scope) ?? []).flatMap((item, index) => drawn(once, { ...scope, item, index }, page));
  }
  const condition = node.getAttribute("wx:if");
  if (condition && !resolved(condition, scope)) return [];
  if (node.localName === "web-view") return [page.webView(resolved(node.getAttribute("src"), scope))];
  const made = document.createElement({ view: "div", text: "span" }[node.localName] ?? node.localName);
  made.className = filled(node.getAttribute("class") ?? "", scope);
  if (node.localName === "button") made.type = "button";
  const handler = node.getAttribute("bindtap");
  if (handler) made.addEventListener("click", () => page.self[handler]());
  if (node.getAttribute("open-type") === "openSetting") made.addEventListener("click", () => page.wx.openSetting({}));
  made.append(...[...node.childNodes].flatMap((child) => drawn(child, scope, page)));
  return [made];
}

export class NativePage {
  constructor(route, options, wxml, title, wx, webView) {
    this.route = route;
    this.title = title;
    this.wx = wx;
    this.makeWebView = webView;
    this.room = document.createElement("div");
    this.room.className = "native";
    this.template = new DOMParser().parseFromString(wxml, "text/html").body;
    this.self = {
      ...options.methods,
      data: structuredClone(options.data ?? {}),
      setData: (change) => {
        Object.assign(this.self.data, change);
        this.draw();
      },
    };
  }

  // The same frame for as long as its address is the same: drawing anew must not load the page anew.
  webView(src) {
    if (this.frame?.src !== src) this.frame = this.makeWebView(src);
    return this.frame;
  }

  draw() {
    const fresh = [...this.template.childNodes].flatMap((node) => drawn(node, this.self.data, this));
    if (fresh.length === 1 && fresh[0] === this.frame && this.frame.parentNode === this.room) return;
    this.room.replaceChildren(...fresh);
  }
}

export async function open(url, wx, webView) {
  const [path, search = ""] = url.replace(/^\//, "").split("?");
  const fetched = async (end) => (await fetch(`/standin/mini/${path}.${end}`)).text();
  await Promise.all([loadScript("config"), loadScript("shell"), loadScript(path)]);
  const [wxml, settings] = await Promise.all([fetched("wxml"), fetched("json")]);
  const title = JSON.parse(settings).navigationBarTitleText;
  const page = new NativePage(path, run(path, wx), wxml, title, wx, webView);
  page.draw();
  // WeChat gives a page its parameters as they stand in the address.
  const query = Object.fromEntries(
    search
      .split("&")
      .filter(Boolean)
      .map((pair) => [pair.split("=")[0], pair.slice(pair.indexOf("=") + 1)]),
  );
  return { page, start: () => page.self.onLoad?.(query) };
}
