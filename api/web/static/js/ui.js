// The parts that every screen is made of: cells, cards, sheets, toasts, and the states of waiting, emptiness and failure.

import { Offline, Problem } from "./api.js";
import { phoneRow } from "./centres.js";
import { $, add, h, icon, uid } from "./dom.js";
import { windowPicture } from "./drawings.js";
import { lastArticle } from "./served.js";
import { isDesk } from "./session.js";

let toastTimer = 0;
export function toast(text, { seconds = 3 } = {}) {
  const box = $("#toast");
  box.textContent = text;
  box.classList.add("on");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove("on"), seconds * 1000);
}

// While something is fetched the shape of a screen stands there; readers hear it in words.
export const loading = (text = "正在取数据…") =>
  h("div.bones", { role: "status" }, h("span.sr", {}, text), h("i"), h("i"), h("i"));

export const emptyOf = (picture, title, text, ...actions) =>
  h("section.empty", {}, windowPicture(picture), h("h2", {}, title), text ? h("p", {}, text) : null, ...actions);

export const empty = (title, text, ...actions) => emptyOf("none", title, text, ...actions);

export const card = (title, ...children) => h("section.card", {}, title ? h("h2", {}, title) : null, ...children);

// A heading with its part of the screen below; `aside` stands at the right, a few words or a link.
export const section = (title, aside, ...children) =>
  h(
    "section.section",
    {},
    h(
      "div.section-head",
      {},
      h("h2", {}, title),
      aside ? (typeof aside === "string" ? h("small", {}, aside) : aside) : null,
    ),
    ...children,
  );

const TONES = { open: "okay", good: "okay", wait: "clock", warn: "ask", bad: "warn", none: "minus", new: "card" };

// A state is a colour, a picture and a word.
export const state = (tone, text, picture = TONES[tone]) =>
  h(`p.state.${tone}`, {}, icon(picture), h("span", {}, text));

export const note = (kind, ...children) =>
  h(`p.note.${kind}`, {}, icon(kind === "warn" || kind === "bad" ? "warn" : "info"), h("span", {}, ...children));

export const cells = (title, ...items) => {
  const list = items.flat().filter(Boolean);
  if (!list.length) return null;
  return h(
    "section.cells",
    {},
    title ? h("h2", {}, title) : null,
    h(
      "ul",
      {},
      list.map((item) => h("li", {}, item)),
    ),
  );
};

// A row that leads somewhere (`href` or `onclick`) or only says something. `tone` puts its picture on a round ground.
export function cell({ label, text, value, href, onclick, mark, picture, tone }) {
  const inside = [
    picture ? (tone ? h(`span.chip.${tone}`, {}, icon(picture)) : icon(picture)) : null,
    h("span.cell-text", {}, h("span.cell-label", {}, label), mark ?? null, text ? h("small", {}, text) : null),
    value ? h("span.cell-value", {}, value) : null,
    href || onclick ? icon("next", { class: "icon s cell-next" }) : null,
  ];
  const kind = tone ? ".strong" : "";
  if (href) return h(`a.cell${kind}`, { href }, inside);
  if (onclick) return h(`button.cell${kind}`, { onclick }, inside);
  return h(`div.cell${kind}`, {}, inside);
}

// Folds and rows in one card: what one need not read, one tap away.
export const folds = (...items) => {
  const list = items.flat().filter(Boolean);
  return list.length ? h("div.folds", {}, list) : null;
};

export const fold = (label, picture, ...children) =>
  h(
    "details.fold",
    {},
    h("summary", {}, icon(picture), h("span", {}, label), icon("next", { class: "icon s cell-next" })),
    h("div.unfolded", {}, ...children),
  );

export const badge = (kind, text) => h(`span.badge.${kind}`, {}, text);

// A number of a unit or a person is compared letter by letter, so it stays in one line.
const whole = (value) => (/^[\dA-Z*]{15,}$/.test(value) ? h("code.nowrap", {}, value) : value);

export const facts = (pairs) =>
  h(
    "dl.facts",
    {},
    pairs
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, whole(value)))),
  );

// By it a paper is shown not to have been changed: for whoever checks it, not for whoever holds it.
export const proof = (digest) => unfold("防伪码，您不用记", h("code", {}, digest));

export const link = (label, href, kind = "") => h(`a.button${kind ? `.${kind}` : ""}`, { href }, label);

// A button that works: shows that it is busy, is not pressed twice, and says what went wrong beside itself.
export function button(label, work, kind = "") {
  const node = h(
    `button.button${kind ? `.${kind}` : ""}`,
    {
      onclick: async () => {
        if (node.getAttribute("aria-busy") === "true") return;
        node.nextElementSibling?.classList.contains("failure") && node.nextElementSibling.remove();
        node.setAttribute("aria-busy", "true");
        try {
          await work(node);
        } catch (fault) {
          const box = failure(fault);
          node.after(box);
          box.focus();
        } finally {
          node.removeAttribute("aria-busy");
        }
      },
    },
    h("span", {}, label),
  );
  return node;
}

export const buttons = (...items) => h("div.buttons", {}, ...items);

export const unfold = (label, ...children) =>
  h("details.unfold", {}, h("summary", {}, label), h("div.unfolded", {}, ...children));

export const FLOW_LINKS = {
  identity: "#/identity",
  report: "#/report",
  repair: "#/do/repair",
  objection: "#/do/objection",
  status: "#/affairs",
  footprint: "#/footprints",
  authorization: "#/do/grant",
  grant: "#/do/grant",
  helper: "#/helpers",
  declaration: "#/do/declaration",
  reminder: "#/subscriptions",
  withdrawal: "#/do/withdrawal",
  pledge: "#/do/pledge",
  notices: "#/notices",
  consents: "#/consents",
};
const FLOW_WORDS = {
  identity: "去实名核验",
  report: "看信用报告",
  repair: "去申请修复",
  objection: "去提异议",
  status: "看办理进度",
  footprint: "看谁查过我",
  declaration: "去申报",
  withdrawal: "去撤销公示",
  consents: "看我的同意",
};

export const stepLink = (step, kind = "small") => {
  const base = step?.flow ? FLOW_LINKS[step.flow] : null;
  const href = base?.startsWith("#/do/") && step.recordId ? `${base}?record=${step.recordId}` : base;
  return href ? link(step.label ?? FLOW_WORDS[step.flow] ?? "去办理", href, kind) : null;
};

export function citation(cited) {
  if (!cited?.label && !cited?.regulation) return null;
  const label = cited.label ?? cited.regulation;
  const to =
    cited.article && lastArticle(cited.regulation)
      ? h(
          "a",
          { href: `${isDesk ? "/" : ""}#/law/${cited.regulation}/${cited.article}`, target: isDesk ? "_blank" : null },
          "看全文",
        )
      : null;
  if (!cited.quote) return h("p.cited", {}, "依据：", label, to ? " " : null, to);
  return unfold(`依据：${label}`, h("blockquote", {}, cited.quote), to ? h("p", {}, to) : null);
}

const fell = (title, ...children) =>
  h("section.failure", { role: "alert", tabindex: "-1" }, h("h2", {}, title), ...children);

// A phone says that it has a network before one works, and says it once: for half a minute it is tried again.
const SETTLES = 30_000;
let onlineSince = 0;
addEventListener("online", () => {
  onlineSince = Date.now();
});

// What went wrong and what to do next, in the server's words. Where the network failed, it is tried again as soon as
// there is one.
export function failure(fault, retry) {
  const tryAgain = retry ? h("button.button.small", { onclick: () => retry() }, "再试一次") : null;
  if (fault instanceof Offline) {
    const box = fell(
      "连不上网络",
      h("p", {}, retry ? "网络通了会自动再试。" : "请检查手机网络后再试。"),
      tryAgain,
      phoneRow(),
    );
    const again = () => box.isConnected && retry();
    if (retry) addEventListener("online", again, { once: true });
    if (retry && Date.now() < onlineSince + SETTLES) setTimeout(again, 3000);
    return box;
  }
  if (!(fault instanceof Problem)) {
    return fell("页面出了点问题", h("p", {}, "请返回上一页再进来；还不行就打电话问。"), tryAgain, phoneRow());
  }
  return fell(
    fault.title,
    h("p", {}, fault.detail),
    fault.errors.length
      ? h(
          "ul",
          {},
          fault.errors.map((one) => h("li", {}, one.message)),
        )
      : null,
    fault.nextStep?.text && fault.nextStep.text !== fault.detail
      ? h("p.next-step", {}, "接下来：", fault.nextStep.text)
      : null,
    citation(fault.citation),
    fault.status >= 500 && fault.instance ? h("p.incident", {}, "编号：", h("code", {}, fault.instance)) : null,
    stepLink(fault.nextStep),
    fault.status >= 500 || fault.status === 429 ? tryAgain : null,
    fault.status >= 500 ? phoneRow() : null,
  );
}

// A half-screen dialog. The back button closes it; what was focused before is focused again.
const open = [];
// One that closes takes its step back first and lets nothing behind it be tapped until then: an address opened in that moment would
// be left again by the step, and a sheet opened in it closed by the drawing that follows.
let leaving = Promise.resolve();
// However late a busy phone takes the step; where another address was opened meanwhile there is none.
const steppedBack = async (id) => {
  if (history.state?.sheet === id) history.back();
  for (let looks = 500; looks && history.state?.sheet === id; looks -= 1)
    await new Promise((done) => setTimeout(done, 20));
};
const leave = (id, gone) => {
  leaving = leaving.then(() => steppedBack(id)).then(gone);
};
export async function sheetsLeft() {
  for (let last = null; last !== leaving; ) {
    last = leaving;
    await last;
  }
}

// What was written there is not thrown away by Esc, a tap beside it or the cross without being asked for.
export async function sheet(title, build) {
  await sheetsLeft();
  const id = uid("sheet");
  const dialog = h("dialog.sheet", { "aria-labelledby": id });
  let end = null;
  const ended = new Promise((resolve) => {
    end = resolve;
  });
  let isLeaving = false;
  const close = (result) => {
    if (isLeaving) return;
    isLeaving = true;
    dialog.inert = true;
    leave(id, () => {
      open.splice(open.indexOf(entry), 1);
      dialog.close();
      dialog.remove();
      end(result); // and whoever waits for it draws before anything can be tapped
    });
  };
  const written = () =>
    [...dialog.querySelectorAll("textarea,select,input:not([type=file])")]
      .map((node) => (node.type === "radio" || node.type === "checkbox" ? node.checked : node.value))
      .join("\n");
  let before = null;
  const dismiss = () => {
    if (written() === before) close();
    else if (!dialog.querySelector(".unsent"))
      dialog
        .querySelector(".sheet-body")
        .prepend(
          h(
            "div.note.warn.unsent",
            { role: "alert" },
            h("span", {}, "写好的还没有提交。"),
            h("button.button.quiet.small", { onclick: (event) => event.target.closest(".unsent").remove() }, "继续写"),
            h("button.button.quiet.small", { onclick: () => close() }, "不要了"),
          ),
        );
    dialog.querySelector(".unsent button")?.focus();
  };
  const body = build(close);
  add(
    dialog,
    h(
      "header",
      {},
      h("h2", { id, tabindex: "-1" }, title),
      h("button.bar-button", { "aria-label": "关闭", onclick: dismiss }, icon("cross")),
    ),
    h("div.sheet-body", {}, body),
  );
  dialog.addEventListener("close", () => close()); // a browser may insist
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dismiss();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    dismiss();
  });
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    dismiss();
  });
  const entry = { id, close };
  open.push(entry);
  document.body.append(dialog);
  history.pushState({ seen: true, sheet: id }, "");
  dialog.showModal();
  before = written();
  $("h2", dialog).focus();
  return ended;
}

export const closeSheets = () => {
  for (const one of [...open].reverse()) one.close();
};
addEventListener("popstate", () => {
  const last = open.at(-1);
  if (last && history.state?.sheet !== last.id) last.close();
});

export const confirm = (title, text, yes = "确定", kind = "") =>
  sheet(title, (close) => [
    ...[text].flat().map((line) => (line instanceof Node ? line : h("p", {}, line))),
    buttons(
      h(`button.button${kind ? `.${kind}` : ""}`, { onclick: () => close(true) }, yes),
      h("button.button.quiet", { onclick: () => close(false) }, "先不办"),
    ),
  ]);

// The rest of a list comes by cursor when asked for; `grow` takes each page's items.
export function furtherPages(first, more, grow) {
  const tail = h("div.buttons", {});
  const next = (cursor) => {
    if (!cursor) {
      tail.remove();
      return;
    }
    tail.replaceChildren(
      button(
        "看更多",
        async () => {
          const page = await more(cursor);
          grow(page.items);
          next(page.nextCursor);
        },
        "quiet",
      ),
    );
  };
  next(first.nextCursor);
  return first.nextCursor ? tail : null;
}

export function pager(first, more, draw, otherwise) {
  const list = h("div.pages", {}, first.items.length ? first.items.map(draw) : otherwise);
  return [list, furtherPages(first, more, (items) => add(list, items.map(draw)))];
}
