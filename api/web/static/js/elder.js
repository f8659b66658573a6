// Asked once on this phone, of those whom the server says it may be kind to: shall everything be larger?

import { h } from "./dom.js";
import { chooseElder, me } from "./me.js";
import { prefs } from "./prefs.js";
import { again } from "./router.js";
import { session } from "./session.js";
import { button, buttons, card, toast } from "./ui.js";
import { soft } from "./underway.js";

export async function elderQuestion() {
  if (!session.isIn || prefs.elder || prefs.isAsked) return null;
  if (!(await soft(me, null))?.suggestElderMode) return null;
  const asked = card(
    "要不要把字放大？",
    h("p", {}, "长辈模式字大、按钮大，一屏只办一件事，还能读给您听。以后在“我的”里随时能换。"),
    buttons(
      button("换成长辈模式", async () => {
        prefs.set({ asked: true });
        await chooseElder(true);
        again();
      }),
      button(
        "不用，现在这样就好",
        () => {
          prefs.set({ asked: true });
          asked.remove();
          toast("好的，以后不再问");
        },
        "quiet",
      ),
    ),
  );
  return asked;
}
