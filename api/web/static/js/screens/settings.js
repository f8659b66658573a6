import { h } from "../dom.js";
import { choice, drawField } from "../forms.js";
import { chooseElder, chooseHome, letStay, me, staysHere } from "../me.js";
import { canSpeak, prefs } from "../prefs.js";
import { again } from "../router.js";
import { whereHome } from "../served.js";
import { session } from "../session.js";
import { card, note } from "../ui.js";

const set = (change) => {
  prefs.set(change);
  again();
};

const stayField = (stays) =>
  drawField(
    choice(
      "stay",
      "没有网的时候",
      [
        { value: false, label: "不留报告", text: "看的时候再取，手机上不存" },
        {
          value: true,
          label: "在这台手机上留一份，没有网也能看",
          text: "加密存着；退出登录、登录到期或者7天没有更新就删掉",
        },
      ],
      { hint: "报告是您的隐私。别人也用这台手机的，请不要留。" },
    ),
    stays,
    letStay,
  );

export async function show() {
  const mine = session.isIn ? await me() : null;
  return {
    title: "字号和显示",
    body: [
      card(
        null,
        drawField(
          choice("elder", "版面", [
            { value: false, label: "标准版" },
            { value: true, label: "长辈模式", text: "字大、按钮大，一屏办一件事，可以朗读" },
          ]),
          prefs.elder,
          async (elder) => {
            await chooseElder(elder);
            again();
          },
        ),
        prefs.elder
          ? drawField(
              choice(
                "size",
                "字的大小",
                prefs.sizes.map((size) => ({
                  value: size,
                  label: { 18: "大", 22: "更大", 26: "特大", 30: "最大" }[size],
                })),
              ),
              prefs.size,
              (size) => set({ size }),
            )
          : null,
        drawField(choice("theme", "明暗", { auto: "跟随手机", light: "浅色", dark: "深色" }), prefs.theme, (theme) =>
          set({ theme }),
        ),
      ),
      canSpeak ? note("info", "长辈模式每一页右上角有“读给我听”。") : null,
      h("p.small-text", {}, "字号和明暗保存在这部手机上；登录后，长辈模式会跟着您的账号。"),
      mine?.isBound ? card(null, stayField(await staysHere())) : null,
      mine?.isBound ? card(null, drawField(whereHome, mine.jurisdiction, chooseHome)) : null,
    ],
  };
}
