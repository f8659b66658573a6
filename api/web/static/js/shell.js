// The mini-program around the page: what only WeChat's own pages can do, the page asks of it. Elsewhere `isHere` is false.

import { api, newKey } from "./api.js";

const STATE = "cw.state";
const WHO = "cw.who";
const GOOD_FOR_MS = 5 * 60_000; // as long as a code of wx.login
const MOST_TRIES = 2;

const isHere = window.__wxjs_environment === "miniprogram" || /miniProgram/i.test(navigator.userAgent);
// Its title bar shows the page's title: two of them would be one too many.
document.documentElement.toggleAttribute("data-shell", isHere);

let loading = null;
// WeChat's own script comes into the page nowhere else.
function bridge() {
  if (window.wx?.miniProgram) return Promise.resolve(window.wx.miniProgram);
  const build = document.querySelector('meta[name="build"]').content;
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `/static/${build}/vendor/jweixin.js`;
    script.onload = () => resolve(window.wx.miniProgram);
    script.onerror = () => {
      loading = null;
      script.remove();
      reject(new Error("WeChat's script did not come"));
    };
    document.head.append(script);
  });
  return loading;
}

const pairs = (values) =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
const open = async (page, values = {}) =>
  (await bridge()).navigateTo({ url: `/pages/${page}/${page}?${pairs(values)}` });

const asked = () => {
  try {
    return JSON.parse(localStorage.getItem(STATE)) ?? {};
  } catch {
    return {};
  }
};

export const shell = {
  isHere,

  // Some Android phones give nothing back when several pictures are chosen at once in a web view.
  isOneByOne: isHere && /Android/i.test(navigator.userAgent),

  // Whether the phone is in the same hands as before; from now on it is in these.
  isAnother(who) {
    const known = localStorage.getItem(WHO);
    localStorage.setItem(WHO, who);
    return known !== who;
  },

  // After a tap. The code that comes back counts only with the state that was sent along, once, for five minutes.
  async signIn(to, tries = 1) {
    const state = newKey();
    localStorage.setItem(STATE, JSON.stringify({ state, tries, at: Date.now() }));
    (await bridge()).reLaunch({ url: `/pages/index/index?${pairs({ signin: 1, state, to })}` });
  },

  // Null for a code that this page did not ask for; else whether a spent one may be asked for anew.
  takes(state) {
    const { state: mine, tries, at } = asked();
    localStorage.removeItem(STATE);
    if (!isHere || !mine || mine !== state || Date.now() - at > GOOD_FOR_MS) return null;
    return { next: tries < MOST_TRIES ? tries + 1 : null };
  },

  async remind(then) {
    await open("remind");
    const back = () => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", back);
      then();
    };
    document.addEventListener("visibilitychange", back);
  },
  scan: () => open("scan"),
  day: (on, title) => open("day", { on, title }),

  async paper(path, name) {
    const { ticket } = await api.post("/me/tickets", { path });
    await open("paper", { ticket, path, name });
  },
};
