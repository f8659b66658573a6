// Where the page starts: the routes, who is signed in, and what happens when the network or the session goes.

import { api, onApi } from "./api.js";
import { h } from "./dom.js";
import { drawHelping, helping, isTheirs } from "./helping.js";
import { reportHere } from "./me.js";
import "./prefs.js";
import { again, go, route, start } from "./router.js";
import { session } from "./session.js";
import { toast } from "./ui.js";
import { soft } from "./underway.js";

// Coming back to the page from elsewhere shows what is so now: an answer in WeChat's own sheet, a day that has passed.
// A phone that was signed out from elsewhere learns of it then, whatever is open, and keeps nothing.
let left = 0;
const askWhetherStillIn = () => session.isIn && soft(() => api.get("/me"), null);
addEventListener("online", askWhetherStillIn);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") left = performance.now();
  else if (performance.now() - left > 1_000) {
    askWhetherStillIn();
    reportHere();
    if (!document.querySelector("dialog[open],form,.form,.talk,.receipt")) again();
  }
});

const screen = (name) => () => import(`./screens/${name}.js`);
const mine = { signedIn: true };
const shared = { ...mine, helped: () => true };

route("/", screen("home"), { tab: "/", title: "信用小窗" });
route("/report", screen("report"), { tab: "/report", title: "我的报告", ...shared });
route("/chat", screen("chat"), { tab: "/chat", title: "小窗" });
route("/affairs", screen("affairs"), { tab: "/affairs", title: "办事", ...mine });
route("/mine", screen("mine"), { tab: "/mine", title: "我的" });
route("/open", screen("signin"), { screen: "open" });
route("/signin", screen("signin"), { title: "登录" });
route("/identity", screen("identity"), { title: "核对身份", ...mine });
route("/records/:id", screen("record"), { title: "记录", ...shared });
route("/do/:flow", screen("doing"), {
  title: "办理",
  ...mine,
  helped: ({ flow }) => ["objection", "repair", "withdrawal"].includes(flow),
});
route("/cases/:kind", screen("cases"), { title: "我的办理", ...mine });
route("/cases/:kind/:id", screen("case"), {
  title: "办理进度",
  ...mine,
  helped: ({ kind }) => isTheirs(`/me/${kind}`),
});
route("/cases/:kind/:id/paper", screen("case"), { title: "书面结果", screen: "written", ...mine });
route("/footprints", screen("footprints"), { title: "谁查过我", ...mine });
route("/grants", screen("grants"), { title: "授权查询", ...mine });
route("/grants/:id", screen("grants"), { title: "授权详情", screen: "one", ...mine });
route("/helpers", screen("helpers"), { title: "请人帮忙", ...mine });
route("/helpers/:id", screen("helpers"), { title: "请人帮忙", ...mine });
route("/helping/:code", screen("helpers"), { title: "请人帮忙", ...mine });
route("/redeem", screen("redeem"), { title: "使用授权码", ...mine });
route("/redeem/:code", screen("redeem"), { title: "使用授权码", ...mine });
const inbox = { title: "消息", ...mine, helped: () => helping.may("notice") };
route("/notices", screen("notices"), inbox);
route("/notices/:id", screen("notices"), { ...inbox, screen: "one" });
route("/subscriptions", screen("notices"), { title: "微信提醒", screen: "booked", ...mine });
route("/consents", screen("consents"), { title: "我的同意", ...mine });
route("/devices", screen("account"), { title: "登录过的设备", screen: "devices", ...mine });
route("/export", screen("account"), { title: "导出我的数据", screen: "exporting", ...mine });
route("/close", screen("account"), { title: "注销账号", screen: "closing", ...mine });
route("/settings", screen("settings"), { title: "字号和显示" });
route("/law/:regulation/:number", screen("rules"), { title: "法规条文", screen: "article" });
route("/verify", screen("verify"), { title: "查验文书" });
route("/verify/:code", screen("verify"), { title: "查验文书" });
route("/rules", screen("rules"), { title: "期限和依据" });

// A page whose server has moved on reloads itself, once for each build that it meets; drafts are on the phone.
async function stale() {
  try {
    const fresh = await (await fetch("/", { cache: "no-cache" })).text();
    const build = /name="build" content="(\w+)"/.exec(fresh)?.[1];
    const mineNow = document.querySelector('meta[name="build"]').content;
    if (!build || build === mineNow || sessionStorage.getItem("cw.build") === build) return;
    sessionStorage.setItem("cw.build", build);
    location.reload();
  } catch {
    // no network: nothing is known to be newer
  }
}

onApi({
  ended: async (problem) => {
    if (!session.isIn) return; // several answers at once said so; the first knows why
    // The time ran out: what was being written stays for the same person. Sign-out, from here or from elsewhere, takes it all.
    const isSignOut = ["signed-out", "refresh-reused"].includes(problem.code);
    if (isSignOut) await session.end();
    else session.expire();
    if (location.hash.startsWith("#/signin")) return;
    if (!isSignOut) sessionStorage.setItem("cw.wanted", location.hash);
    toast(isSignOut ? problem.detail : "登录已过期，请重新登录", { seconds: 5 });
    go("#/signin", { replace: true });
  },
  stepUp: async () => (await screen("identity")()).stepUp(),
  stale,
});

function watchNetwork() {
  const banner = h(
    "p.note.warn.offline-note",
    { role: "status", hidden: navigator.onLine },
    "现在没有网络。草稿和留在这台手机上的报告仍可以看。",
  );
  document.querySelector("#bar").after(banner);
  const show = () => {
    banner.hidden = navigator.onLine;
  };
  addEventListener("online", show);
  addEventListener("offline", show);
}

// Documents on paper name a short address, /verify, with the code behind the hash, where no server on the way sees it.
if (location.pathname === "/verify")
  history.replaceState(null, "", `/#/verify${location.hash.length > 1 ? `/${location.hash.slice(1)}` : ""}`);

watchNetwork();
reportHere();
start();
drawHelping();
if ("serviceWorker" in navigator)
  addEventListener("load", () => navigator.serviceWorker.register("/worker.js").catch(() => {}));
