// A table that can be scrolled by itself, by keyboard too, and is named for whoever hears it.

import { h } from "../dom.js";

// `heads` are texts or ready cells; `body` is rows or a ready body.
export const table = (label, heads, body) =>
  h(
    "div.scroll",
    { tabindex: "0", role: "region", "aria-label": label },
    h(
      "table.queue",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => (head instanceof Node ? head : h("th", { scope: "col" }, head))),
        ),
      ),
      body instanceof Node ? body : h("tbody", {}, body),
    ),
  );
