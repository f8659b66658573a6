import { api } from "../api.js";
import { h } from "../dom.js";
import { again } from "../router.js";
import { badge, button, card, confirm, note, toast } from "../ui.js";
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

export async function show() {
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
