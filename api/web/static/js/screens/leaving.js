import { h } from "../dom.js";
import { api } from "../api.js";
import { form } from "../forms.js";
import { go } from "../router.js";
import { session } from "../session.js";
import { button, card, citation, confirm, note, toast } from "../ui.js";

const save = async (path, name) => {
  const url = URL.createObjectURL(await api.blob(path));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
};

export const exporting = () => ({
  title: "导出我的数据",
  body: [
    card("带走您的全部数据", h("p", {}, "记录、办理、授权、足迹、消息和同意，都在里面。下载前要再核验一次身份。"),
      button("下载（程序可读，JSON）", () => save("/me/export", "我的信用数据.json")), button("下载（可以直接看）", () => save("/me/export?format=html", "我的信用数据.html"), "quiet")),
    note("warn", "文件里有您的完整信息，请妥善保管，不要发到群里。"),
  ],
});

function closed(reply) {
  return [
    card("账号已注销", h("p", {}, reply?.note ?? "您在这里的登录和绑定已经解除。")),
    reply?.kept?.length ? card("按规定保留的", h("ul.bullets", {}, reply.kept.map((one) => h("li", {}, one.what ?? one.title, "：", one.why ?? one.reason, one.until ? `，到 ${one.until}` : "", citation(one.citation))))) : null,
    reply?.deleted?.length ? card("已经删除的", h("ul.bullets", {}, reply.deleted.map((one) => h("li", {}, typeof one === "string" ? one : one.what ?? one.title)))) : null,
  ];
}

export const closing = () => {
  const room = h("div.section");
  return {
    title: "注销账号",
    body: [
      card("注销前请看清", h("ul.bullets", {},
        h("li", {}, "注销的是小窗的账号，不是信用记录。记录在来源单位，不会因此消失。"), h("li", {}, "有效的授权会马上收回，预约的提醒会取消。"),
        h("li", {}, "正在办理的事项怎么处理、哪些内容按法律要保留多久，注销后会列给您看。"), h("li", {}, "建议先导出您的数据。"))),
      form([{ name: "sure", kind: "tick", label: "我已看清，要注销账号", required: true }], "注销账号", async () => {
        if (!(await confirm("真的要注销？", "注销后要重新登录和核验才能使用。", "注销", "danger"))) return;
        const reply = await api.delete("/me");
        await session.end();
        toast("账号已注销");
        room.replaceChildren(...closed(reply).filter(Boolean));
        room.scrollIntoView();
        if (!reply) go("#/", { replace: true });
      }), room,
    ],
  };
};
