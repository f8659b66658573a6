// What a person files at the window: the resident's own form, all of it on one page, read again before it is sent.

import { api, newKey } from "../api.js";
import { add, h } from "../dom.js";
import { sendFile } from "../evidence.js";
import { drawField, fieldOf, hasFaults, showFault } from "../forms.js";
import { helping } from "../helping.js";
import { button, buttons, card, failure, link, note } from "../ui.js";
import { stampWords } from "../words.js";
import { resume, slipButton } from "./window.js";

const FLOWS = new Set(["objection", "omission", "repair", "withdrawal", "declaration"]);
const SIGNED = {
  name: "signed",
  kind: "tick",
  label: "以上内容已经读给本人听，本人同意，并在打印件上签名",
  required: true,
};

const asked = (fields, values) => fields.filter((field) => !field.when || field.when(values));

const draw = (box, fields, values, redraw) =>
  box.replaceChildren(
    ...asked(fields, values).map((field) =>
      drawField(field, values[field.name], (value) => {
        values[field.name] = value;
        showFault(box, field.name, "");
        if (["choice", "many", "pick"].includes(field.kind)) redraw?.(field);
      }),
    ),
  );

async function filed(flow, reply) {
  const one = reply.withdrawals?.[0] ?? reply;
  const number = reply.number ?? one.number;
  return [
    h("h2", { tabindex: "-1" }, "已经提交"),
    note(
      "good",
      `${flow.title}已经收到${number ? `，编号 ${number}` : ""}。${stampWords(reply.filedAt ?? reply.at ?? new Date().toISOString())}`,
    ),
    one.next ? h("p", {}, `下一步：${one.next.title}，最晚${one.next.due.on}。`) : null,
    buttons(link("接着替这个人办", "#/window"), slipButton(helping.now, "打日子单，交给本人")),
  ];
}

function fill(main, flow, data, values) {
  const room = h("div", { "aria-live": "polite" });
  const box = h("div.form", {});
  const steps = () => flow.steps(data, values).filter(Boolean);
  const fields = () => steps().flatMap((step) => step.fields.filter(Boolean));
  const redraw = (field) => {
    const at = [...box.querySelectorAll("input,select,textarea")].indexOf(document.activeElement);
    draw(box, fields(), values, redraw);
    if (at >= 0) box.querySelectorAll("input,select,textarea")[at]?.focus();
    return field;
  };
  draw(box, fields(), values, redraw);

  const review = async () => {
    if (hasFaults(box, asked(fields(), values), values)) return;
    for (const step of steps()) {
      const stop = await step.check?.(values, data);
      room.replaceChildren(...[stop].filter(Boolean));
      if (stop) return stop.focus();
    }
    promise();
  };
  const promise = () => {
    const consents = [...(flow.consents?.(data, values) ?? []).filter(Boolean), SIGNED];
    const last = h("div.form", {});
    const answer = h("div", { "aria-live": "polite" });
    draw(last, consents, values);
    const key = newKey();
    const send = async () => {
      if (hasFaults(last, asked(consents, values), values)) return;
      try {
        const ids = [];
        for (const file of Object.values(values).find((value) => Array.isArray(value) && value[0]?.blob) ?? [])
          ids.push(await sendFile("/me/evidence", file, () => {}));
        const { path, body } = flow.submit(values, data, ids);
        main.replaceChildren();
        add(main, await filed(flow, await api.post(path, body, { key })));
        main.querySelector("h2").focus();
      } catch (fault) {
        const isPlaced = (fault.errors ?? []).some((error) => {
          const field = fieldOf([...fields(), ...consents], error);
          return field && showFault(consents.includes(field) ? last : box, field.name, error.message);
        });
        if (!isPlaced) {
          answer.replaceChildren(failure(fault, send));
          answer.firstChild.focus();
        }
      }
    };
    room.replaceChildren(
      card(
        "读给本人听，再提交",
        flow.warning ? note("warn", flow.warning) : null,
        last,
        answer,
        buttons(button(flow.submitLabel ?? "提交", send)),
      ),
    );
    room.scrollIntoView({ block: "start" });
    last.querySelector("input")?.focus({ preventScroll: true });
  };
  const hasFields = fields().length > 0;
  const page = [
    h("div.desk-head", {}, h("h2", {}, flow.title), h("p", {}, `替${helping.now.resident}办`)),
    steps()[0]?.lead ? h("p", {}, steps()[0].lead) : null,
    flow.before?.(data) ?? null,
    hasFields ? card(null, box, buttons(button("读一遍再提交", review))) : null,
    room,
  ];
  if (!hasFields) promise();
  return page;
}

export async function show({ parts, query, staff }) {
  if (!FLOWS.has(parts[1]) || !(await resume())) {
    location.replace("#/window");
    return { title: "窗口代办", body: "" };
  }
  const { flow } = await import(`../flows/${parts[1]}.js`);
  const asked = { place: staff.jurisdiction, ...query };
  const data = (await flow.prepare?.(asked)) ?? {};
  const main = document.querySelector("#main");
  const back = link("回到窗口代办", "#/window", "quiet");
  if (data.instead) return { title: flow.title, body: [h("h2", {}, flow.title), data.instead, buttons(back)] };
  const values = { ...(flow.start?.(asked) ?? {}), ...(flow.fill?.(data, asked) ?? {}) };
  return { title: flow.title, body: [fill(main, flow, data, values), buttons(back)] };
}
