// Every errand as short steps. A draft stays on the phone with its files and the key it is sent under, so that a cut
// network, a closed page or a second tap never makes two cases of one.

import { api, newKey, Offline, Problem } from "./api.js";
import { $, add, byWords, h } from "./dom.js";
import { draftKey, save, saved } from "./drafts.js";
import { bars } from "./drawings.js";
import { learnErrands } from "./errands.js";
import { sendFile } from "./evidence.js";
import { drawField, fieldOf, hasFaults, showFault } from "./forms.js";
import { keep } from "./keep.js";
import { prefs } from "./prefs.js";
import { receipt } from "./receipt.js";
import { go } from "./router.js";
import { session } from "./session.js";
import { button, confirm, failure, note, toast } from "./ui.js";
import { dateWords, near } from "./words.js";

// One thing a screen for those who read large type. What has a good answer already is not asked: its step is `quiet`,
// stands last, and is reached from the review alone.
function stepsOf(flow, data, values) {
  const all = flow.steps(data, values).filter(Boolean);
  const steps = [...all.filter((step) => !step.quiet), ...all.filter((step) => step.quiet)];
  if (!prefs.elder) return steps;
  return steps.flatMap((step) =>
    step.fields
      .filter(Boolean)
      .map((field, index) => ({ ...step, lead: index ? null : step.lead, fields: [field], part: index })),
  );
}

// What was filed leaves a mark in this tab: who comes back to one of its steps is led to the case, not to an empty form.
const filedKey = (flow, about) => `cw.filed:${flow.id}:${about}`;

// What a form needs is asked for anew at each step, and as long as there is no network the last answer does: whoever writes in
// a lift can go on, and only sending waits.
let heard = null;
session.onChange(() => {
  heard = null;
});
async function dataOf(flow, query, about) {
  const key = draftKey(flow.id, about);
  try {
    const data = (await flow.prepare?.(query)) ?? {};
    heard = { key, data };
    return data;
  } catch (fault) {
    if (fault instanceof Offline && heard?.key === key) return heard.data;
    throw fault;
  }
}

export async function showFlow(flow, query) {
  const about = query.record ?? query.about ?? "";
  const filed = sessionStorage.getItem(filedKey(flow, about));
  const isThere = await keep.has(draftKey(flow.id, about));
  if (filed && !isThere) {
    if (history.state?.seen) return { go: filed };
    sessionStorage.removeItem(filedKey(flow, about));
  }
  const data = await dataOf(flow, query, about);
  if (data.instead) return { title: flow.title, body: data.instead };
  const draft = await saved(
    flow,
    about,
    Object.fromEntries(Object.entries(query).filter(([name]) => name !== "step" && name !== "edit")),
  );
  if (!isThere) draft.values = { ...flow.fill?.(data, query), ...draft.values };
  const steps = stepsOf(flow, data, draft.values);
  const loud = steps.filter((step) => !step.quiet).length;
  const at = Math.min(Number(query.step ?? 0), steps.length);
  const walk = (step, more = {}) =>
    `#/do/${flow.id}?${new URLSearchParams({ ...draft.query, ...more, step: String(step) })}`;
  if (at > 0 && !isThere) return { go: walk(0) };
  const view = { flow, data, draft, steps, loud, at, walk, isEdit: "edit" in query };
  const isReview = at === steps.length || (at === 0 && !steps.length);
  return {
    title: flow.title,
    backWord: at > 0 ? "上一步" : "返回",
    body: isReview ? reviewBody(view) : stepBody(view),
  };
}

const stepHead = (at, all, title, lead) =>
  h(
    "div.step-head",
    {},
    bars(at, all),
    h("p", {}, `第${at + 1}步，共${all}步`),
    h("h1", { tabindex: "-1" }, title),
    lead ? h("p", {}, lead) : null,
  );

function write(draft, box, field, value) {
  draft.values[field.name] = value;
  if (draft.tried) draft.key = newKey();
  draft.tried = false;
  showFault(box, field.name, "");
  save(draft);
}

function stepBody({ flow, data, draft, steps, loud, at, walk, isEdit }) {
  const step = steps[at];
  const box = h("div.form", {});
  const room = h("div", { "aria-live": "polite" });
  const shown = () => step.fields.filter((field) => field && (!field.when || field.when(draft.values)));
  const draw = () =>
    box.replaceChildren(...shown().map((field) => drawField(field, draft.values[field.name], change(field))));
  const change = (field) => (value) => {
    write(draft, box, field, value);
    room.replaceChildren();
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
    if (hasFaults(box, shown(), draft.values)) return;
    const stop = await step.check?.(draft.values, data);
    room.replaceChildren(...[stop].filter(Boolean));
    if (stop) {
      stop.focus();
      return;
    }
    await save(draft);
    const next = stepsOf(flow, data, draft.values);
    const ahead = at + 1;
    go(walk(isEdit || ahead >= next.length || next[ahead].quiet ? next.length : ahead));
  };
  const faults = draft.faults;
  delete draft.faults;
  queueMicrotask(() => {
    for (const one of faults ?? []) showFault(box, one.field, one.message);
  });
  const isLast = at + 1 >= loud;
  return [
    stepHead(Math.min(at, loud - 1), loud + 1, step.title, step.lead),
    h("section.card", {}, box, room),
    step.aside ?? null,
    draft.at
      ? h(
          "p.small-text",
          {},
          `自动存在这部手机上了（${near(draft.day)}）。`,
          h("button.plain-link", { onclick: () => discard(draft) }, "删除草稿"),
        )
      : null,
    h("div.dock", {}, button(isEdit ? "改好了" : (step.next ?? (isLast ? "下一步：看一遍" : "下一步")), forward)),
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
  if (field.kind === "date") return dateWords(value);
  if (field.kind === "evidence")
    return value?.length ? `${value.length}个文件：${value.map((one) => one.name).join("、")}` : "没有添加";
  return value;
};

// Everything that was said, each with a way to change it that comes back here; then the promise, and the button.
function reviewBody({ flow, data, draft, steps, loud, walk }) {
  const rows = steps.flatMap((step, index) =>
    step.fields
      .filter((field) => field?.name && (!field.when || field.when(draft.values)))
      .map((field) => [field.short ?? field.label, worded(field, draft.values[field.name]), index]),
  );
  const consents = (flow.consents?.(data, draft.values) ?? []).filter(Boolean);
  const box = h("div.form", {});
  add(
    box,
    consents.map((field) => drawField(field, draft.values[field.name], (value) => write(draft, box, field, value))),
  );
  const room = h("div", { "aria-live": "polite" });
  const send = async () => {
    room.replaceChildren();
    if (hasFaults(box, consents, draft.values)) return;
    try {
      await deliver(flow, data, draft, room);
    } catch (fault) {
      refused(fault, { draft, steps, walk, room, send, box, consents });
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
    loud ? stepHead(loud, loud + 1, "看一遍，再交") : h("h1", { tabindex: "-1" }, flow.reviewTitle ?? flow.title),
    flow.before?.(data) ?? null,
    rows.length
      ? h(
          "dl.card.review",
          {},
          rows.map(([name, value, index]) =>
            h(
              "div",
              {},
              h("dt", {}, name),
              h("dd", {}, value || "没有写"),
              h(
                "dd.edit",
                {},
                h(
                  "button.plain-link",
                  { "aria-label": `修改${name}`, onclick: () => go(walk(index, { edit: "" })) },
                  "修改",
                ),
              ),
            ),
          ),
        )
      : null,
    flow.warning ? note("warn", flow.warning) : null,
    consents.length ? box : null,
    flow.promise ? h("p.small-text", {}, flow.promise) : null,
    h("div.dock", {}, room, button(flow.submitLabel ?? "提交", send)),
  ];
}

function refused(fault, { draft, steps, walk, room, send, box, consents }) {
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
    const placed = fault.errors.filter((error) => {
      const field = fieldOf(consents, error);
      return field && showFault(box, field.name, error.message);
    });
    if (placed.length === fault.errors.length) {
      room.replaceChildren();
      return;
    }
    const step = steps.findIndex((one) => fault.errors.some((error) => fieldOf(one.fields, error)));
    if (step >= 0) {
      draft.faults = fault.errors.map((error) => ({
        ...error,
        field: fieldOf(steps[step].fields, error)?.name ?? error.field,
      }));
      draft.tried = true;
      save(draft).then(() => go(walk(step, { edit: "" })));
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
  await learnErrands(); // the receipt says the steps in their words, and the form may be the first screen that is open
  const { path, body } = flow.submit(draft.values, data, ids);
  const reply = await api.post(path, body, { key: draft.key });
  await keep.drop(draftKey(draft.flow, draft.about));
  sessionStorage.setItem(filedKey(flow, draft.about), flow.doneLink?.(reply) ?? "#/affairs");
  showReceipt(flow, reply, data);
}

function showReceipt(flow, reply, data) {
  const main = $("#main");
  main.replaceChildren();
  add(main, receipt({ reply, href: flow.doneLink?.(reply), where: reply.jurisdiction, ...flow.receipt(reply, data) }));
  byWords($("h1", main));
  const bar = $("#bar");
  bar.replaceChildren(h("p.bar-title", {}, "办好了"), h("div.bar-end", {}, h("a.bar-button", { href: "#/" }, "首页")));
  $("h1", main)?.focus({ preventScroll: true });
  scrollTo(0, 0);
  history.replaceState({ seen: true }, "", flow.doneLink?.(reply) ?? "#/affairs");
}
