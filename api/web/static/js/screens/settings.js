import { h } from "../dom.js";
import { drawField } from "../forms.js";
import { chooseElder, chooseHome, letStay, me, staysHere } from "../me.js";
import { canSpeak, prefs } from "../prefs.js";
import { again } from "../router.js";
import { homes } from "../served.js";
import { session } from "../session.js";
import { card, note } from "../ui.js";

const set = (change) => {
  prefs.set(change);
  again();
};

const stayField = (stays) =>
  drawField(
    {
      kind: "choice",
      name: "stay",
      label: "没有网的时候",
      required: true,
      hint: "报告是您的隐私。别人也用这台手机的，请不要留。",
      options: [
        { value: false, label: "不留报告", text: "看的时候再取，手机上不存" },
        {
          value: true,
          label: "在这台手机上留一份，没有网也能看",
          text: "加密存着；退出登录、登录到期或者7天没有更新就删掉",
        },
      ],
    },
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
          {
            kind: "choice",
            name: "elder",
            label: "版面",
            required: true,
            options: [
              { value: false, label: "标准版" },
              { value: true, label: "长辈模式", text: "字大、按钮大，一屏办一件事，可以朗读" },
            ],
          },
          prefs.elder,
          async (elder) => {
            await chooseElder(elder);
            again();
          },
        ),
        prefs.elder
          ? drawField(
              {
                kind: "choice",
                name: "size",
                label: "字的大小",
                required: true,
                options: prefs.sizes.map((size) => ({
                  value: size,
                  label: { 18: "大", 22: "更大", 26: "特大", 30: "最大" }[size],
                })),
              },
              prefs.size,
              (size) => set({ size }),
            )
          : null,
        drawField(
          {
            kind: "choice",
            name: "theme",
            label: "明暗",
            required: true,
            options: [
              { value: "auto", label: "跟随手机" },
              { value: "light", label: "浅色" },
              { value: "dark", label: "深色" },
            ],
          },
          prefs.theme,
          (theme) => set({ theme }),
        ),
      ),
      canSpeak ? note("info", "长辈模式每一页右上角有“朗读”。") : null,
      h("p.small-text", {}, "字号和明暗保存在这部手机上；登录后，长辈模式会跟着您的账号。"),
      mine?.isBound ? card(null, stayField(await staysHere())) : null,
      mine?.isBound
        ? card(
            null,
            drawField(
              {
                kind: "choice",
                name: "home",
                label: "常住地",
                required: true,
                hint: "两地的记录都会显示；这里只决定问答先讲哪部条例。",
                options: homes,
              },
              mine.jurisdiction,
              chooseHome,
            ),
          )
        : null,
    ],
  };
}
