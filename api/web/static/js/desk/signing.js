// Signing in with a second factor and out again, for officers and for people of a unit.

import { api, Offline, Problem } from "../api.js";
import { $, h } from "../dom.js";
import { form } from "../forms.js";
import { session } from "../session.js";
import { button, buttons, card, facts, sheet, toast, unfold } from "../ui.js";
import { stampWords } from "../words.js";
import { areThere, lookAfter, signInBy } from "./passkeys.js";
import { meter } from "./strength.js";

const LONGEST = 128;

// Whoever looks over nobody's shoulder may see what is typed.
const shown = (input) => {
  const node = h(
    "button.button.quiet.small",
    {
      "aria-controls": input.id,
      onclick: () => {
        const isShown = input.type === "text";
        input.type = isShown ? "password" : "text";
        node.textContent = isShown ? "显示" : "隐藏";
      },
    },
    "显示",
  );
  return node;
};

const password = (name, label, autocomplete, more = {}) => ({
  name,
  kind: "text",
  type: "password",
  label,
  required: true,
  max: 200,
  autocomplete,
  after: shown,
  ...more,
});
const chosen = (name, label, hint = "") =>
  password(name, label, "new-password", {
    max: LONGEST,
    wire: "password",
    after: (input) => [shown(input), meter(input)],
    hint: `至少 12 个字符，可以有空格；几个不相干的词连起来最好记。${hint}`,
  });

const USERNAME = { name: "username", kind: "text", label: "用户名", required: true, max: 40, autocomplete: "username" };
export const OTP = {
  name: "otp",
  kind: "text",
  label: "动态口令",
  required: true,
  max: 6,
  inputmode: "numeric",
  autocomplete: "one-time-code",
  check: (value) => (/^\d{6}$/.test(value) ? null : "动态口令是 6 位数字。"),
};

// What was tried and changed since one signed in last: whoever does not know of it has something to tell the centre.
function tellNews({ lastSignInAt, news }) {
  if (!news.length) return;
  sheet("上次登录以来", () => [
    h("p", {}, `上次登录：${stampWords(lastSignInAt)}。这以后有：`),
    h(
      "ul.bullets",
      {},
      news.map((one) => h("li", {}, `${stampWords(one.at)}　${one.name}：${one.outcome}`)),
    ),
    h("p", {}, "不是您自己做的，请马上改密码，并告诉信用中心。"),
  ]);
}

// What an authenticator asks for where it cannot read the picture: it takes the key in either case and with spaces.
const byHand = (otpauth) => {
  const { pathname, searchParams } = new URL(otpauth);
  return facts([
    ["账户", decodeURIComponent(pathname).split(":").at(-1)],
    [
      "密钥",
      h(
        "code",
        {},
        searchParams
          .get("secret")
          .match(/.{1,4}/g)
          .join(" "),
      ),
    ],
    ["类型", "基于时间"],
  ]);
};

// What one does before anybody can sign in as oneself: nobody else sees the password or the second factor.
const activate = (again) => {
  const room = h(
    "div.desk-signin",
    {},
    card(
      "第一次登录",
      h("p", {}, "用管理人员交给您的开通码，自己设密码，再绑动态口令。"),
      form(
        [
          USERNAME,
          { name: "code", kind: "text", label: "开通码", required: true, max: 64 },
          chosen("password", "新密码"),
        ],
        "开通",
        async (values) => {
          const done = await api.post("/staff/activation", { ...values, username: values.username.trim() });
          room.replaceChildren(
            card(
              "绑动态口令",
              h("p", {}, "用手机上的动态口令软件扫一扫。只显示这一次；没扫上的，请管理人员重设。"),
              h(
                "figure.qr",
                {},
                h("img", {
                  src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(done.qrSvg)}`,
                  alt: "动态口令的二维码",
                }),
              ),
              unfold("不能扫码，手工输入", h("div.otpauth", {}, byHand(done.otpauth))),
              buttons(button("扫好了，去登录", () => again())),
            ),
          );
        },
      ),
      buttons(button("返回登录", () => again(), "quiet")),
    ),
  );
  $("#main").replaceChildren(room);
  $("input", room).focus();
};

// `again` draws the page anew.
export const signInForm = (done, again) => {
  const enter = (reply) => {
    session.take(reply);
    done(reply.staff);
    tellNews(reply);
  };
  return [
    form(
      [USERNAME, password("password", "密码", "current-password"), OTP],
      "登录",
      async (values) => enter(await api.post("/staff/session", values)),
      areThere()
        ? {
            label: "改用安全密钥",
            without: ["otp"],
            work: async (values) => enter(await signInBy(values.username, values.password)),
          }
        : null,
    ),
    buttons(button("有开通码，第一次用", () => activate(again), "quiet")),
  ];
};

export const ownKeys = () =>
  lookAfter([
    password("currentPassword", "密码", "current-password"),
    { ...OTP, hint: "登录用过的那一个不能再用，请等下一个。" },
  ]);

// The session ends here also where the server does not answer.
export async function signOut() {
  try {
    await api.delete("/staff/session");
  } catch (fault) {
    if (!(fault instanceof Problem || fault instanceof Offline)) throw fault;
  }
  await session.end();
  history.replaceState(null, "", "#/"); // whoever signed out draws, once: a second time would take what is typed by then
}

// `done` follows when the new one holds: every device is out by then, this one too.
export async function changePassword(done) {
  const isDone = await sheet("改密码", (close) =>
    form(
      [
        password("currentPassword", "现在的密码", "current-password"),
        chosen("newPassword", "新的密码", "改好后，所有设备都要重新登录。"),
        { ...OTP, hint: "登录用过的那一个不能再用，请等下一个。" },
      ],
      "改好",
      async (values) => {
        await api.post("/staff/password", values);
        close(true);
      },
    ),
  );
  if (!isDone) return;
  toast("密码改好了，请用新密码登录。");
  await done();
}
