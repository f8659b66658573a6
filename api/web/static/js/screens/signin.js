import { api, Problem } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { loadMe } from "../me.js";
import { go } from "../router.js";
import { session } from "../session.js";
import { card, cell, cells, note } from "../ui.js";

async function enter(code) {
  session.take(await api.post("/session/wechat", { code }));
  const me = await loadMe();
  const wanted = sessionStorage.getItem("cw.wanted");
  sessionStorage.removeItem("cw.wanted");
  go(me?.isBound ? (wanted ?? "#/report") : "#/identity", { replace: true });
}

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
  if (session.isIn) return { go: "#/" };
  // The mini-program opens the page with the code of wx.login behind the hash, where no server on the way can see it.
  if (query.code) {
    history.replaceState({ seen: true }, "", "#/signin");
    await enter(query.code);
    return null;
  }
  const people = await demoResidents();
  const byCode = form(
    [{ name: "code", kind: "text", label: "登录码", required: true, hint: "在微信里打开时自动登录，不需要填写。" }],
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
                    await enter(one.code);
                  } finally {
                    target.removeAttribute("aria-busy");
                  }
                },
              }),
            ),
          )
        : null,
      people.length ? h("details.unfold.card", {}, h("summary", {}, "用登录码登录"), byCode) : card(null, byCode),
    ],
  };
}
