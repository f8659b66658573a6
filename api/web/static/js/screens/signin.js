import { api, Problem } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { loadMe } from "../me.js";
import { prefs } from "../prefs.js";
import { go, rename } from "../router.js";
import { session } from "../session.js";
import { shell } from "../shell.js";
import { button, card, cell, cells, note } from "../ui.js";

const routeOf = (to) => (/^\/(?!\/)/.test(to ?? "") ? `#${to}` : "#/");

// Another person holds the phone: nothing of the last one is left on it, nor is their session good any more.
async function handOver() {
  if (session.isIn) await api.delete("/session").catch(() => {});
  await session.end();
}

// Where the mini-program opens the page: whose phone it is, how large WeChat's type is, and where to go.
export async function open({ query }) {
  if (shell.isHere && query.who) {
    if (shell.isAnother(query.who)) await handOver();
    prefs.follow(Number(query.font) || 17);
  }
  return { go: routeOf(query.to) };
}

async function enter(code, to = sessionStorage.getItem("cw.wanted")) {
  session.take(await api.post("/session/wechat", { code }));
  const me = await loadMe();
  sessionStorage.removeItem("cw.wanted");
  go(me?.isBound ? (to ?? "#/report") : "#/identity", { replace: true });
}

// The mini-program comes back with a code of wx.login, behind the hash, where no server on the way can see it. Whoever was
// signed in before is not any more, whatever becomes of the code.
async function enterFromShell({ code, state, who, to }) {
  rename("#/signin");
  const taken = shell.takes(state);
  if (taken === null) return false;
  if (shell.isAnother(who) || session.isIn) await handOver();
  try {
    await enter(code, to && to !== "/" ? routeOf(to) : "#/report");
  } catch (fault) {
    if (fault.code !== "wechat-code-invalid" || taken.next === null) throw fault;
    await shell.signIn(to, taken.next);
  }
  return true;
}

const inWeChat = () =>
  button("用微信登录", () => shell.signIn((sessionStorage.getItem("cw.wanted") ?? "#/report").slice(1)));

// The demo residents exist only where the server is run for development; elsewhere there is nothing under this address.
async function demoResidents() {
  try {
    return await api.get("/demo/residents");
  } catch (fault) {
    if (fault instanceof Problem) return [];
    throw fault;
  }
}

export async function show({ query }) {
  const isForeign = Boolean(query.code) && !(await enterFromShell(query));
  if (query.code && !isForeign) return null;
  if (session.isIn) return { go: "#/" };
  const people = shell.isHere ? [] : await demoResidents();
  const byCode = form(
    [{ name: "code", kind: "text", label: "登录码", required: true, hint: "演示用；在微信里打开时不需要填写。" }],
    "登录",
    (values) => enter(values.code.trim()),
  );
  return {
    title: "登录",
    body: [
      card(
        null,
        h("h2", {}, "用微信登录"),
        h("p", {}, "登录后可以看自己的信用报告、提异议、申请修复。查询和办理全部免费。"),
        note("info", "微信登录只说明是您的微信。看报告之前，还要核验一次姓名和证件。"),
        isForeign ? note("warn", "这次登录不是您在这部手机上发起的，没有使用。") : null,
        shell.isHere ? inWeChat() : null,
        shell.isHere || people.length ? null : h("p", {}, "请在微信里搜索并打开小程序“信用小窗”。"),
      ),
      people.length
        ? cells(
            "选择演示居民",
            people.map((one) =>
              cell({
                label: one.name ?? one.code,
                text: one.try,
                onclick: async (event) => {
                  const target = event.currentTarget;
                  if (target.getAttribute("aria-busy")) return;
                  target.setAttribute("aria-busy", "true");
                  try {
                    sessionStorage.setItem("cw.demo", JSON.stringify(one));
                    await enter(one.code);
                  } finally {
                    target.removeAttribute("aria-busy");
                  }
                },
              }),
            ),
          )
        : null,
      people.length ? h("details.unfold.card", {}, h("summary", {}, "用登录码登录"), byCode) : null,
    ],
  };
}
