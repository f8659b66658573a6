// Acting for somebody who asked for it: requests about their report and cases name the appointment, and the server lets
// through what they ticked. Nothing of theirs is kept on this phone, and whatever is one's own ends it.

import { h } from "./dom.js";
import { isDesk, session } from "./session.js";

const KEY = "cw.helping";
// At the desk whatever is a resident's is that of the person at the window.
const THEIRS = isDesk ? /^\/me\// : /^\/me\/(report|records|objections|repairs|withdrawals|notices|evidence)(?![\w-])/;

const read = () => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
};

export const helping = {
  get now() {
    return read();
  },
  // Whether an errand may be offered here: one's own always, another's where it was ticked.
  may: (item) => read()?.items.includes(item) ?? true,
  begin(one) {
    sessionStorage.setItem(
      KEY,
      JSON.stringify({ id: one.id, resident: one.resident, items: one.powers.map((power) => power.item) }),
    );
    drawHelping();
  },
  end() {
    sessionStorage.removeItem(KEY);
    drawHelping();
  },
};

session.onChange((who) => {
  if (!who) helping.end();
});

export const isTheirs = (path) => THEIRS.test(path);
export const onBehalf = (path) => (helping.now && isTheirs(path) ? { "On-Behalf-Of": helping.now.id } : {});

// Who it is about stands under the bar for as long as it lasts.
export function drawHelping() {
  document.querySelector(".helping-note")?.remove();
  const one = helping.now;
  if (!one) return;
  const words = isDesk
    ? ["窗口代办：", "，每一步都记入审计", "去代办页"]
    : ["正在帮", "，每一步都会告诉本人", "不帮了"];
  const stop = () => {
    if (isDesk) {
      location.hash = "#/window";
      return;
    }
    helping.end();
    location.hash = "#/helpers";
  };
  document
    .querySelector(isDesk ? "#bar nav" : "#bar")
    ?.after(
      h(
        "p.note.info.helping-note",
        { role: "status" },
        h("span", {}, words[0], h("strong", {}, one.resident), words[1]),
        h("button.plain-link", { onclick: stop }, words[2]),
      ),
    );
}
