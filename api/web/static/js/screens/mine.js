import { api } from "../api.js";
import { phoneRow } from "../centres.js";
import { h } from "../dom.js";
import { me, staysHere } from "../me.js";
import { go } from "../router.js";
import { place, regulations } from "../served.js";
import { session } from "../session.js";
import { button, card, cell, cells, confirm, facts, link, toast } from "../ui.js";
import { soft } from "../underway.js";

async function signOut() {
  if (!(await confirm("退出登录？", "这部手机上的报告和草稿会一起删除。正在办理的事项不受影响。", "退出", "danger")))
    return;
  await soft(() => api.delete("/session"), null);
  await session.end();
  toast("已退出，手机上的内容已删除");
  go("#/", { replace: true });
}

export async function show() {
  if (!session.isIn) {
    return {
      title: "我的",
      body: [
        card("还没有登录", h("p", {}, "登录后可以看报告和办理事项。"), link("登录", "#/signin")),
        cells("显示", cell({ label: "字号和显示", text: "长辈模式、深色", href: "#/settings", picture: "eye" })),
        open(),
      ],
    };
  }
  const [mine, { unread }, stays] = await Promise.all([
    me(),
    soft(() => api.get("/me/notices?limit=1"), { unread: 0 }),
    staysHere(),
  ]);
  return {
    title: "我的",
    body: [
      card(
        null,
        mine?.isBound
          ? [
              h("h2", {}, mine.maskedName),
              facts([
                [mine.documentTitle, mine.maskedNumber],
                ["所在地", place(mine.jurisdiction)],
              ]),
            ]
          : [h("h2", {}, "还没有核对身份"), h("p", {}, "核对以后才能看报告和办理。"), link("核对身份", "#/identity")],
      ),
      cells(
        "我的信息",
        cell({ label: "消息", value: unread ? `${unread}条没看` : "", href: "#/notices", picture: "bell" }),
        cell({ label: "微信提醒", href: "#/subscriptions", picture: "clock" }),
        cell({ label: "谁查过我", href: "#/footprints", picture: "eye" }),
        cell({ label: "授权查询", href: "#/grants", picture: "key" }),
        cell({ label: "请人帮忙", text: "家人、社区工作人员替我看和办", href: "#/helpers", picture: "heart" }),
        cell({ label: "使用别人给的授权码", href: "#/redeem", picture: "file" }),
      ),
      cells(
        "账号",
        cell({ label: "我的同意", href: "#/consents", picture: "check" }),
        cell({
          label: "没有网也能看报告",
          value: stays ? "留在这台手机上" : "没有留",
          href: "#/settings",
          picture: "report",
        }),
        cell({ label: "登录过的设备", href: "#/devices", picture: "shield" }),
        cell({ label: "导出我的数据", href: "#/export", picture: "file" }),
        cell({ label: "注销账号", href: "#/close", picture: "cross" }),
      ),
      cells("显示", cell({ label: "字号和显示", text: "长辈模式、深色", href: "#/settings", picture: "eye" })),
      open(),
      phoneRow(),
      button("退出登录", signOut, "danger"),
    ],
  };
}

const open = () =>
  cells(
    "条例和查验",
    cell({ label: "期限和依据", text: "每个数字从哪里来", href: "#/rules", picture: "clock" }),
    cell({ label: "查验文书", text: "看一份文书是不是真的", href: "#/verify", picture: "shield" }),
    ...regulations.map((one) => cell({ label: one.title, href: `#/law/${one.id}/1`, picture: "file" })),
  );
