// The account: where it is signed in, taking its data along, and closing it.

import { api } from "../api.js";
import { add, h } from "../dom.js";
import { form } from "../forms.js";
import { download } from "../paper.js";
import { again } from "../router.js";
import { session } from "../session.js";
import { badge, button, card, citation, confirm, link, note, toast } from "../ui.js";
import { stampWords } from "../words.js";

const short = (device) =>
  /iPhone|iPad/.test(device)
    ? "苹果手机或平板"
    : /Android/.test(device)
      ? "安卓手机"
      : /Windows/.test(device)
        ? "Windows 电脑"
        : /Macintosh/.test(device)
          ? "苹果电脑"
          : /Linux/.test(device)
            ? "Linux 电脑"
            : "其他设备";

export async function devices() {
  const { items } = await api.get("/me/devices");
  return {
    title: "登录过的设备",
    body: [
      items.map((one) =>
        card(
          short(one.device),
          one.isCurrent ? h("div.badges", {}, badge("good", "这台设备")) : null,
          h("p.small-text", {}, `登录：${stampWords(one.signedInAt)}；最近使用：${stampWords(one.lastUsedAt)}`),
          one.isCurrent
            ? null
            : button(
                "让这台设备退出",
                async () => {
                  if (!(await confirm("让这台设备退出？", "那台设备要重新登录才能看到您的信息。", "退出", "danger")))
                    return;
                  await api.delete(`/me/devices/${one.id}`);
                  toast("已退出");
                  again();
                },
                "danger",
              ),
        ),
      ),
      note("info", "不认识的设备，请让它退出，并检查您的微信安全。"),
    ],
  };
}

export const exporting = () => ({
  title: "导出我的数据",
  body: [
    card(
      "带走您的全部数据",
      h("p", {}, "记录、办理、授权、足迹、消息和同意，都在里面。下载前要再核验一次身份。"),
      button("下载（可以直接看）", () => download("/me/export.html", "我的信用数据.html")),
      button("下载（程序可读，JSON）", () => download("/me/export", "我的信用数据.json"), "quiet"),
    ),
    note("warn", "文件里有您的完整信息，请妥善保管，不要发到群里。"),
  ],
});

const FATES = { deleted: ["good", "删除"], anonymised: ["info", "去掉身份后保留"], kept: ["warn", "按规定保留"] };
const fates = (items) =>
  items.map((one) =>
    card(one.title, h("div.badges", {}, badge(...FATES[one.fate])), h("p", {}, one.why), citation(one.citation)),
  );

async function close(room) {
  if (!(await confirm("真的要注销？", "注销后要重新登录和核验才能使用。", "注销", "danger"))) return;
  const reply = await api.delete("/me");
  await session.end();
  toast("账号已注销");
  room.replaceChildren(
    card(
      "账号已注销",
      h("p", {}, `${stampWords(reply.closedAt)} 注销。这部手机上的内容也已删除。`),
      link("回到首页", "#/"),
    ),
    h("h2", {}, "各类内容的去向"),
    ...fates(reply.items),
  );
}

export async function closing() {
  const { items } = await api.get("/me/closing");
  const room = h("div.section", { "aria-live": "polite" });
  add(
    room,
    card(
      "注销前请看清",
      h(
        "ul.bullets",
        {},
        h("li", {}, "注销的是小窗的账号，不是信用记录。记录在来源单位，不会因此消失。"),
        h("li", {}, "有效的授权会马上收回，预约的提醒会取消。"),
        h("li", {}, "建议先导出您的数据。"),
      ),
      link("导出我的数据", "#/export", "quiet"),
    ),
    h("h2", {}, "各类内容的去向"),
    fates(items),
    form([{ name: "sure", kind: "tick", label: "我已看清，要注销账号", required: true }], "注销账号", () =>
      close(room),
    ),
  );
  return { title: "注销账号", body: room };
}
