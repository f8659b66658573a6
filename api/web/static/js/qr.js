// The QR picture that the server drew, shown as an image so that nothing in it can run.

import { h } from "./dom.js";
import { copyButton, note, shareButton } from "./ui.js";

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
