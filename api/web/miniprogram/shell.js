// What the pages share: who holds the phone, addresses of the web view, calls of the public API.

const { HOST } = require("./config");

const API = `${HOST}/api/v1`;
const ROUTE = /^\/[\w\-/?=&%.,:~]{0,300}$/;
const LARGE = 20;
let opened = 0;

const hex = (bytes) => Array.from(new Uint8Array(bytes), (one) => one.toString(16).padStart(2, "0")).join("");

const randomId = () =>
  new Promise((resolve) => {
    const plain = () => resolve(hex(Array.from({ length: 16 }, () => Math.floor(Math.random() * 256))));
    if (!wx.getRandomValues) return plain(); // before 2.19: it tells people apart and opens nothing
    return wx.getRandomValues({ length: 16, success: (found) => resolve(hex(found.randomValues)), fail: plain });
  });

// A random id that WeChat keeps for each of its users apart. The page keeps it too, and wipes itself where it differs.
async function who() {
  const kept = wx.getStorageSync("who");
  if (kept) return kept;
  const made = await randomId();
  wx.setStorageSync("who", made);
  return made;
}

// Where the page may be asked to go: a route of its own and nothing else, whatever stands in a link or on a share card.
const route = (wanted) => {
  try {
    const plain = decodeURIComponent(wanted || "/");
    return ROUTE.test(plain) && !plain.startsWith("//") ? plain : "/";
  } catch {
    return "/";
  }
};

const fontSize = () => {
  const base = wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync();
  return Number(base.fontSizeSetting) || 17;
};

// A change behind `#` alone does not load the page anew, so `v` is another one each time. What stands behind `#` reaches no
// server and no log.
const address = (screen, values) => {
  opened += 1;
  const pairs = Object.entries(values).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${HOST}/?v=${Date.now().toString(36)}${opened}#/${screen}?${pairs.join("&")}`;
};

class Refused extends Error {
  constructor(status, body) {
    super(body?.title || "没有办成");
    this.status = status;
    this.code = body?.code;
    this.detail = body?.nextStep?.text || body?.detail || "请过一会儿再试。";
  }
}

/** @type {(method: "GET" | "POST" | "DELETE", path: string, given?: { token?: string, data?: any, key?: string }) => Promise<any>} */
const call = (method, path, { token, data, key } = {}) =>
  new Promise((resolve, reject) => {
    const header = { "Content-Type": "application/json" };
    if (token) header.Authorization = `Bearer ${token}`;
    const go = (once) => {
      if (method === "POST") header["Idempotency-Key"] = once;
      wx.request({
        url: API + path,
        method,
        data,
        header,
        timeout: 20000,
        success: ({ statusCode, data: body }) =>
          statusCode < 300 ? resolve(body) : reject(new Refused(statusCode, body)),
        fail: () => reject(new Refused(0, { title: "连不上网络", detail: "请检查网络，再试一次。" })),
      });
    };
    if (method === "POST" && !key) randomId().then(go);
    else go(key);
  });

const login = () =>
  new Promise((resolve, reject) => {
    const failed = () => reject(new Refused(0, { title: "微信没有让登录", detail: "请检查网络，再试一次。" }));
    wx.login({ timeout: 10000, success: ({ code }) => (code ? resolve(code) : failed()), fail: failed });
  });

// A session of the shell's own, for a native page that needs one. A code that was spent on the way is asked for once more.
async function signIn() {
  for (const last of [false, true]) {
    try {
      return await call("POST", "/session/wechat", { data: { code: await login() } });
    } catch (fault) {
      if (last || fault.code !== "wechat-code-invalid") throw fault;
    }
  }
  return null;
}

const renew = ({ refreshToken }) => call("POST", "/session/refresh", { data: { refreshToken } });

// No session stays behind among the resident's devices, also where its token has run out by now.
async function signOut(session) {
  try {
    await call("DELETE", "/session", { token: session.accessToken });
  } catch (fault) {
    if (fault.status !== 401) return;
    const { accessToken } = await renew(session).catch(() => ({}));
    if (accessToken) await call("DELETE", "/session", { token: accessToken }).catch(() => {});
  }
}

module.exports = {
  API,
  address,
  call,
  fontSize,
  isLarge: () => fontSize() >= LARGE,
  login,
  randomId,
  route,
  renew,
  signIn,
  signOut,
  HOST,
  who,
};
