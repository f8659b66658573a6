// The QR picture that the server drew, shown as an image so that nothing in it can run.

import { h } from "./dom.js";

export const qr = (reply) =>
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
