// What stands where something was filed: that it was received, under which number, and what comes next.

import { api } from "./api.js";
import { phoneRow } from "./centres.js";
import { h, icon } from "./dom.js";
import { windowPicture } from "./drawings.js";
import { isAwaited } from "./errands.js";
import { helping } from "./helping.js";
import { allow } from "./reminders.js";
import { again, go, here } from "./router.js";
import { facts, link, note, section, toast } from "./ui.js";
import { soft } from "./underway.js";
import { stampWords } from "./words.js";

// A number or a code to keep: copied with one tap, shared where the phone can.
export function copyButton(text) {
  return h(
    "button.bar-button",
    {
      "aria-label": "复制",
      onclick: async () => {
        try {
          await navigator.clipboard.writeText(text);
          toast("已复制");
        } catch {
          toast("请长按文字复制");
        }
      },
    },
    icon("copy", { class: "icon s" }),
  );
}

const shareButton = (text) =>
  navigator.share
    ? h(
        "button.bar-button",
        { onclick: () => navigator.share({ text }).catch(() => {}) },
        icon("share", { class: "icon s" }),
        h("span", {}, "发给对方"),
      )
    : null;

// One tap lets the result come to WeChat too, while one waits for it; whoever has allowed enough for all that they wait for has
// nothing to do, and on the case itself sees nothing. The result goes to whose case it is, not to who helps.
export function allowRow(one, { isReceipt = false } = {}) {
  if (helping.now || !isAwaited(one)) return null;
  const said = h("small", {}, "点一下“允许”就好");
  const box = h(
    "div.folds",
    { hidden: !isReceipt },
    h(
      "div.cell.strong",
      {},
      h("span.chip", {}, icon("bell")),
      h("span.cell-text", {}, h("span.cell-label", {}, "有结果微信告诉您"), said),
      h(
        "button.button.small",
        {
          onclick: () =>
            allow(look).then(
              (isAllowed) => isAllowed && box.remove(),
              (fault) => toast(fault.detail ?? "网络不通，稍后再试"),
            ),
        },
        "允许",
      ),
    ),
  );
  const enough = (one) => (one.isLongTerm ? 1 : Math.max(1, one.promised));
  const isHeld = (one) => one.name === "case_progress" && one.banked + one.unconfirmed >= enough(one);
  const look = async () => {
    const view = await soft(() => api.get("/me/subscriptions"), null);
    if (!view) return;
    box.hidden = false;
    if (!view.templates.some(isHeld)) return;
    if (!isReceipt) box.remove();
    said.textContent = "您已经允许了";
    box.querySelector("button")?.remove();
  };
  look();
  return box;
}

// What was received, under which number, and what comes next with its latest day. `next` is a line of steps or words, `where` the place.
export const receipt = ({ title, at, number, where, pairs, next, href, hrefLabel, extra, more, reply }) => [
  h(
    "section.receipt",
    {},
    windowPicture("done"),
    h("h1", { tabindex: "-1" }, title),
    at ? h("p.small-text", {}, stampWords(at)) : null,
    number ? h("p.receipt-number", {}, "编号 ", h("code", {}, number), copyButton(number)) : null,
  ),
  extra ?? null,
  allowRow(reply, { isReceipt: true }),
  pairs?.some(([, value]) => value) ? h("section.card", {}, facts(pairs)) : null,
  next ? (typeof next === "string" ? h("p", {}, next) : section("接下来", null, h("div.card", {}, next))) : null,
  more ?? null,
  h(
    "div.buttons.side",
    {},
    href
      ? h(
          "button.button.quiet",
          { onclick: () => (here().path === href.slice(1) ? again() : go(href)) },
          hrefLabel ?? "看进度",
        )
      : null,
    link("回到首页", "#/", "quiet"),
  ),
  phoneRow(number ? "报上面的编号" : undefined, where),
];

// The QR picture that the server drew, shown as an image so that nothing in it can run.
const qr = (reply) =>
  reply.qrSvg
    ? h(
        "figure.qr",
        {},
        h("img", {
          src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(reply.qrSvg)}`,
          alt: "授权码的二维码，让对方扫一扫",
        }),
      )
    : null;

// A code that opens something for somebody else: shown once, to be handed over.
export const codeOf = (reply) => [
  h("p.big-code", {}, reply.code),
  h("div.row", {}, copyButton(reply.code), shareButton(reply.code)),
  qr(reply),
  note("warn", reply.note),
];
