// The reminder stands where the date stands: one tap books it and asks for the permission at once.

import { api, Problem } from "./api.js";
import { h, icon } from "./dom.js";
import { helping } from "./helping.js";
import { again } from "./router.js";
import { session } from "./session.js";
import { shell } from "./shell.js";
import { button, buttons, sheet, state, toast } from "./ui.js";
import { soft } from "./underway.js";
import { near } from "./words.js";

// Only WeChat's own question gives a permission. The sheet stands for it where the server is run for development.
export const isDevelopment = () =>
  api.get("/demo/residents").then(
    () => true,
    (fault) => {
      if (fault instanceof Problem) return false;
      throw fault;
    },
  );

const answers = (asked, chosen) =>
  Object.fromEntries(asked.map((one) => [one.templateId, chosen.has(one.name) ? "accept" : "reject"]));

function question(view) {
  const asked = view.templates.filter((one) => view.ask.includes(one.templateId));
  return sheet("允许信用小窗发送以下消息？", (close) => {
    const chosen = new Set(asked.map((one) => one.name));
    return [
      h("p.small-text", {}, "每允许一次，可以收到一条。"),
      asked.map((one) =>
        h(
          "label.choice",
          {},
          h("input", {
            type: "checkbox",
            checked: true,
            onchange: (event) => (event.target.checked ? chosen.add(one.name) : chosen.delete(one.name)),
          }),
          h("span", {}, one.label),
        ),
      ),
      buttons(
        h("button.button", { onclick: () => close(answers(asked, chosen)) }, "允许"),
        h("button.button.quiet", { onclick: () => close(answers(asked, new Set())) }, "取消"),
      ),
    ];
  });
}

export async function tell(results) {
  await api.post("/me/subscriptions", { results });
  const isAllowed = Object.values(results).includes("accept");
  toast(isAllowed ? "记下了，到时微信告诉您" : "记下了，不会推送");
  return isAllowed;
}

// Asks for permission to push, where it can be asked here. True when something was allowed. In the mini-program the answer is given on
// its own page: `then` runs when one is back from it.
export async function allow(then = again) {
  const [isStandIn, view] = await Promise.all([isDevelopment(), api.get("/me/subscriptions")]);
  if (shell.isHere && view.ask.length) {
    await shell.remind(then);
    return false;
  }
  if (!view.ask.length || !isStandIn) {
    toast(view.willPush ? "到时微信告诉您" : "记在“消息”里了。要微信推送，请在小程序里点“允许提醒”", { seconds: 5 });
    return view.willPush;
  }
  const results = await question(view);
  if (!results) return false;
  await api.post("/demo/permissions", { results });
  return tell(results);
}

// The days that are booked, as the server has them: learned before a screen with a button is drawn. A report says nothing of them,
// since they change without it, and a talk goes on with the record as it was when the answer came.
let booked = [];
session.onChange((mine) => {
  if (!mine) booked = [];
});
export const learnBooked = async (records) => {
  if (session.isIn && !helping.now && records.some((one) => one.repair?.state === "opens"))
    booked = (await soft(() => api.get("/me/notices/booked"), { items: booked })).items;
};

const bookedFor = (record) =>
  [...(record.reminders ?? []), ...booked].find(
    (one) => one.ref === record.id && ["repairs.opens", "repairs.lacks"].includes(one.kind) && one.state === "booked",
  );

async function remind(record) {
  await api.post("/me/repairs/reminders", { recordId: record.id });
  await allow();
}

// A small button beside the date, for the report and the chat; where the push is certain, that.
export const remindButton = (record, kind = "quiet.small", label = "提醒我") => {
  if (helping.now) return null;
  if (bookedFor(record)?.willPush) return state("good", "会提醒您", "bell");
  const node = button(
    label,
    async () => {
      await remind(record);
      again();
    },
    kind,
  );
  node.prepend(icon("bell"));
  return node;
};

// The row with a switch under the date of a record.
export function remindRow(record) {
  if (helping.now) return null;
  const isOn = bookedFor(record)?.willPush === true;
  const flip = h(
    "button.switch",
    {
      role: "switch",
      "aria-checked": String(isOn),
      "aria-label": "到那天微信提醒我",
      onclick: async () => {
        if (isOn) {
          toast("已经约好了。不想要推送，可以在“微信提醒”里改");
          return;
        }
        flip.disabled = true;
        try {
          await remind(record);
          again();
        } catch (fault) {
          toast(fault.detail ?? "网络不通，稍后再试");
        } finally {
          flip.disabled = false;
        }
      },
    },
    isOn ? icon("check") : null,
    h("i"),
  );
  return h(
    "div.cell.strong",
    {},
    h("span.chip", {}, icon("bell")),
    h(
      "span.cell-text",
      {},
      h("span.cell-label", {}, "到那天提醒我"),
      h("small", {}, isOn ? `${near(record.repair.opensOn)}早上微信来一条` : "微信来一条，不写记录内容"),
    ),
    flip,
  );
}
