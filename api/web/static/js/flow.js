// Every errand as short steps. A draft stays on the phone with its files and the key it is sent under, so that a cut
// network, a closed page or a second tap never makes two cases of one.

import { api, newKey, Offline, Problem } from "./api.js";
import { $, add, h, icon } from "./dom.js";
import { draftKey, save, saved } from "./drafts.js";
import { sendFile } from "./evidence.js";
import { drawField, faultOf, fieldOf, showFault } from "./forms.js";
import { keep } from "./keep.js";
import { prefs } from "./prefs.js";
import { again, go, here } from "./router.js";
import { button, buttons, card, confirm, facts, failure, link, note, toast } from "./ui.js";
import { stampWords } from "./words.js";

// One thing a screen for those who read large type.
function stepsOf(flow, data, values) {
  const steps = flow.steps(data, values).filter(Boolean);
  if (!prefs.elder) return steps;
  return steps.flatMap((step) =>
    step.fields.filter(Boolean).map((field, index) => ({ ...step, title: step.title, fields: [field], part: index })),
  );
}

export async function showFlow(flow, query) {
  const about = query.record ?? query.about ?? "";
  const data = (await flow.prepare?.(query)) ?? {};
  if (data.instead) return { title: flow.title, body: data.instead };
  const draft = await saved(flow, about, Object.fromEntries(Object.entries(query).filter(([name]) => name !== "step")));
  const steps = stepsOf(flow, data, draft.values);
  const at = Math.min(Number(query.step ?? 0), steps.length);
  const walk = (step) => `#/do/${flow.id}?${new URLSearchParams({ ...draft.query, step: String(step) })}`;
  const view = { flow, data, draft, steps, at, walk };
  return { title: flow.title, body: at < steps.length ? stepBody(view) : reviewBody(view) };
}

const progress = (at, total) =>
  h(
    "p.step-count",
    {},
    h("progress", { value: at + 1, max: total, "aria-label": "办理进度" }),
    `第 ${at + 1} 步，共 ${total} 步`,
  );

function stepBody({ data, draft, steps, at, walk }) {
  const step = steps[at];
  const box = h("div.form", {});
  const shown = () => step.fields.filter((field) => field && (!field.when || field.when(draft.values)));
  const draw = () =>
    box.replaceChildren(...shown().map((field) => drawField(field, draft.values[field.name], change(field))));
  const change = (field) => (value) => {
    draft.values[field.name] = value;
    draft.key = draft.tried ? newKey() : draft.key;
    draft.tried = false;
    showFault(box, field.name, "");
    save(draft);
    if (step.fields.some((one) => one?.when)) {
      const focused = document.activeElement?.closest("[data-field]")?.dataset.field;
      const index = [...box.querySelectorAll("input")].indexOf(document.activeElement);
      if (field.kind === "choice" || field.kind === "many" || field.kind === "tick") {
        draw();
        if (focused !== undefined && index >= 0) box.querySelectorAll("input")[index]?.focus();
      }
    }
  };
  draw();
  const forward = async () => {
    const wrong = shown()
      .map((field) => [field, faultOf(field, draft.values)])
      .filter(([, fault]) => fault);
    for (const [field, fault] of wrong.reverse()) showFault(box, field.name, fault);
    if (wrong.length) return;
    const stop = await step.check?.(draft.values, data);
    if (stop) {
      box.append(stop);
      return;
    }
    await save(draft);
    go(walk(at + 1));
  };
  const faults = draft.faults;
  delete draft.faults;
  queueMicrotask(() => {
    for (const one of faults ?? []) showFault(box, one.field, one.message);
  });
  return [
    progress(at, steps.length + 1),
    h(
      "section.card",
      {},
      h("h2", {}, step.title),
      step.lead ? h("p", {}, step.lead) : null,
      box,
      buttons(button(step.next ?? "下一步", forward)),
    ),
    draft.at
      ? h(
          "p.small-text",
          {},
          `草稿已存在这部手机上（${stampWords(draft.at)}）。`,
          h("button.plain-link", { onclick: () => discard(draft) }, "删除草稿"),
        )
      : null,
  ];
}

async function discard(draft) {
  if (!(await confirm("删除草稿？", "填写的内容和文件会从这部手机上删除。", "删除", "danger"))) return;
  await keep.drop(draftKey(draft.flow, draft.about));
  toast("草稿已删除");
  go("#/affairs", { replace: true });
}

const worded = (field, value) => {
  if (field.kind === "choice" || field.kind === "pick") return field.options.find((one) => one.value === value)?.label;
  if (field.kind === "many")
    return field.options
      .filter((one) => (value ?? []).includes(one.value))
      .map((one) => one.label)
      .join("、");
  if (field.kind === "tick") return value ? "已同意" : null;
  if (field.kind === "evidence") return value?.length ? `${value.length} 个文件` : null;
  return value;
};

function reviewBody({ flow, data, draft, steps, at, walk }) {
  const pairs = flow
    .steps(data, draft.values)
    .filter(Boolean)
    .flatMap((step) => step.fields)
    .filter((field) => field?.name && (!field.when || field.when(draft.values)))
    .map((field) => [field.short ?? field.label, worded(field, draft.values[field.name])]);
  const room = h("div", { "aria-live": "polite" });
  const send = async () => {
    room.replaceChildren();
    try {
      await deliver(flow, data, draft, room);
    } catch (fault) {
      refused(fault, { flow, draft, steps, walk, room, send });
    }
  };
  const resume = () => {
    if (room.isConnected && room.dataset.waiting) {
      delete room.dataset.waiting;
      send();
    }
  };
  addEventListener("online", resume, { once: true });
  return [
    progress(at, steps.length + 1),
    card(
      "请核对",
      facts(pairs),
      flow.warning ? note("warn", flow.warning) : null,
      room,
      buttons(
        button(flow.submitLabel ?? "提交", send),
        h("button.button.quiet", { onclick: () => history.back() }, "返回修改"),
      ),
    ),
  ];
}

function refused(fault, { draft, steps, walk, room, send }) {
  if (fault instanceof Offline) {
    room.dataset.waiting = "1";
    room.replaceChildren(
      h(
        "section.failure",
        { role: "alert", tabindex: "-1" },
        h("h2", {}, "网络断开，还没有办完"),
        h("p", {}, "内容和已上传的文件都已保存。网络恢复后会自动继续，不会重复提交。"),
        h(
          "button.button.small",
          {
            onclick: () => {
              delete room.dataset.waiting;
              send();
            },
          },
          "现在再试",
        ),
      ),
    );
    return;
  }
  if (fault instanceof Problem && fault.errors.length) {
    const step = steps.findIndex((one) => fault.errors.some((error) => fieldOf(one.fields, error)));
    if (step >= 0) {
      draft.faults = fault.errors.map((error) => ({
        ...error,
        field: fieldOf(steps[step].fields, error)?.name ?? error.field,
      }));
      draft.tried = true;
      save(draft).then(() => go(walk(step)));
      return;
    }
  }
  room.replaceChildren(failure(fault, send));
  room.firstChild.focus();
}

// Files first, each under its own key, then the case itself: whatever was already received is not sent again.
async function deliver(flow, data, draft, room) {
  const ids = [];
  const all = Object.entries(draft.values)
    .filter(([, value]) => Array.isArray(value) && value[0]?.blob)
    .flatMap(([, value]) => value);
  for (const [index, file] of all.entries()) {
    if (!file.id) {
      file.key ??= newKey();
      await save(draft);
      const bar = h("progress", { max: 1, value: 0, "aria-label": `正在上传 ${file.name}` });
      room.replaceChildren(h("p.uploading", {}, `正在上传第 ${index + 1} 个文件，共 ${all.length} 个`, bar));
      await sendFile("/me/evidence", file, (part) => {
        bar.value = part;
      });
      await save(draft);
    }
    ids.push(file.id);
  }
  room.replaceChildren(h("p.loading", { role: "status" }, "正在提交…"));
  draft.tried = true;
  await save(draft);
  const { path, body } = flow.submit(draft.values, data, ids);
  const reply = await api.post(path, body, { key: draft.key });
  await keep.drop(draftKey(draft.flow, draft.about));
  showReceipt(flow, reply, data);
}

function showReceipt(flow, reply, data) {
  const main = $("#main");
  main.replaceChildren();
  add(main, flow.receipt(reply, data));
  const heading = $("#bar h1");
  heading.textContent = "办理回执";
  heading.focus();
  scrollTo(0, 0);
  history.replaceState({ seen: true }, "", flow.doneLink?.(reply) ?? "#/affairs");
  toast("已提交");
}

export const receipt = ({ title, number, pairs, next, href, hrefLabel, extra }) => [
  h(
    "section.card.receipt",
    {},
    h("p.done-mark", { "aria-hidden": "true" }, icon("check")),
    h("h2", {}, title),
    number ? h("p.receipt-number", {}, "回执编号 ", h("code", {}, number)) : null,
    facts(pairs ?? []),
    next ? h("p", {}, next) : null,
    extra ?? null,
    buttons(
      href
        ? h(
            "button.button",
            { onclick: () => (here().path === href.slice(1) ? again() : go(href)) },
            hrefLabel ?? "看进度",
          )
        : null,
      link("回到首页", "#/", "quiet"),
    ),
  ),
];
