// Hash routes. Each screen is a module that is fetched when it is first opened; the back button walks screens, the steps
// of a flow and open sheets alike.

import { Offline, Problem } from "./api.js";
import { $, add, byWords, h, icon } from "./dom.js";
import { helping } from "./helping.js";
import { hush, prefs, speakButton } from "./prefs.js";
import { session } from "./session.js";
import { shell } from "./shell.js";
import { closeSheets, failure, loading, sheetsLeft } from "./ui.js";

const routes = [];
let turn = 0;
let leave = null;
let before = location.hash;
let asked = before;
const places = new Map();

export const route = (pattern, load, options = {}) => {
  const names = [];
  const source = pattern.replace(/:(\w+)/g, (_, name) => {
    names.push(name);
    return "([^/]+)";
  });
  routes.push({ match: new RegExp(`^${source}$`), names, load, ...options });
};

export const here = () => {
  const [path, search = ""] = (location.hash.slice(1) || "/").split("?");
  return { path, query: Object.fromEntries(new URLSearchParams(search)) };
};

export const go = (hash, { replace = false } = {}) => {
  if (replace) location.replace(hash);
  else location.hash = hash;
};

// The address of the screen that is being shown becomes another: a code that opens somebody's data has no place in a history.
export const rename = (hash) => {
  history.replaceState({ seen: true }, "", hash);
  asked = hash;
};

export const back = (otherwise = "#/") => {
  if (history.length > 1 && sessionStorage.getItem("cw.walked")) history.back();
  else go(otherwise, { replace: true });
};

// The same screen anew, where it was left.
export const again = () => {
  places.set(location.hash, scrollY);
  return show();
};

// An address may be cut in the middle of a letter; what is then no letter stays as it stands.
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function find(path) {
  for (const one of routes) {
    const found = one.match.exec(path);
    if (found)
      return {
        one,
        params: Object.fromEntries(one.names.map((name, index) => [name, decoded(found[index + 1])])),
      };
  }
  return null;
}

const TABS = [
  ["/", "home", "首页"],
  ["/report", "report", "报告"],
  ["/chat", "chat", "小窗"],
  ["/affairs", "affairs", "办事"],
  ["/mine", "mine", "我的"],
];

function drawTabs(current) {
  const tabs = $("#tabs");
  tabs.hidden = current === undefined;
  document.body.classList.toggle("has-tabs", current !== undefined);
  tabs.replaceChildren(
    ...TABS.map(([path, name, label]) =>
      h(
        "a.tab",
        { href: `#${path}`, "aria-current": path === current ? "page" : null },
        icon(name),
        h("span", {}, label),
      ),
    ),
  );
}

// A screen says its name in the bar; where its own heading says more, that is the heading of the page. `hello` stands in
// place of the name, `action` at the right.
function drawBar(screen, title, isTab) {
  const own = $("h1", $("#main"));
  if (own) byWords(own);
  const words = screen.hello ?? title;
  const named = own ? h("p.bar-title", {}, words) : h("h1.bar-title", { tabindex: "-1" }, words);
  const bar = $("#bar");
  bar.classList.toggle("hello", Boolean(screen.hello));
  bar.replaceChildren(
    ...[
      isTab
        ? null
        : h(
            "button.bar-button.bar-start",
            { onclick: () => back(), "aria-label": "返回" },
            icon("back"),
            h("span", { "aria-hidden": "true" }, screen.backWord ?? "返回"),
          ),
      named,
      h("div.bar-end", {}, prefs.elder ? speakButton($("#main")) : (screen.action ?? null)),
    ].filter(Boolean),
  );
  document.title = title === "信用小窗" || shell.isHere ? title : `${title} · 信用小窗`;
  return own ?? named;
}

function reloadOnce() {
  if (sessionStorage.getItem("cw.reloaded") === location.hash) return false;
  sessionStorage.setItem("cw.reloaded", location.hash);
  location.reload();
  return true;
}

async function show() {
  turn += 1;
  const mine = turn;
  asked = location.hash;
  delete document.body.dataset.shown;
  const main = $("#main");
  hush();
  leave?.();
  leave = null;
  const { path, query } = here();
  const found = find(path);
  if (!found) return go("#/", { replace: true });
  const { one, params } = found;
  if (one.signedIn && !session.isIn) {
    sessionStorage.setItem("cw.wanted", location.hash);
    return go("#/signin", { replace: true });
  }
  if (helping.now && !one.helped?.(params)) helping.end(); // a screen about oneself shows oneself
  drawTabs(one.tab);
  const waiting = setTimeout(() => mine === turn && main.replaceChildren(loading()), 120);
  let screen;
  try {
    const module = await one.load();
    if (mine !== turn) return undefined; // it came late: another screen is asked for by now
    sessionStorage.removeItem("cw.reloaded");
    screen = await module[one.screen ?? "show"]({ params, query });
  } catch (fault) {
    if (mine !== turn) return undefined;
    const isMissing = fault instanceof TypeError && /import|module/i.test(fault.message);
    if (isMissing && navigator.onLine && reloadOnce()) return undefined;
    const known = isMissing ? new Offline() : fault;
    screen = { title: one.title ?? "信用小窗", body: failure(known, show) };
    if (!(known instanceof Problem || known instanceof Offline)) console.error(fault);
  } finally {
    clearTimeout(waiting);
  }
  await sheetsLeft();
  // An address opened since is heard of in a moment; this screen has no place in it.
  if (mine !== turn || location.hash !== asked || !screen) return undefined;
  if (screen.go) return go(screen.go, { replace: true });
  leave = screen.leave ?? null;
  main.className = screen.className ?? "";
  main.replaceChildren();
  add(main, screen.body);
  const heading = drawBar(screen, screen.title ?? one.title, one.tab !== undefined && !screen.back);
  // An entry that was seen before is one we came back to: it opens where it was left.
  scrollTo(0, history.state?.seen ? (places.get(location.hash) ?? 0) : 0);
  history.replaceState({ seen: true }, "");
  if (document.activeElement === document.body || !main.contains(document.activeElement))
    heading.focus({ preventScroll: true });
  before = document.body.dataset.shown = location.hash;
  if (turn === 1) performance.mark("usable");
  screen.shown?.();
  return undefined;
}

export function start() {
  history.scrollRestoration = "manual";
  addEventListener("hashchange", () => {
    // Of two addresses opened at once the first word may come when the second stands already: there is nothing left to
    // change at the second word, and a question that was opened in between stays.
    if (location.hash === before) return;
    sessionStorage.setItem("cw.walked", "1");
    places.set(before, scrollY);
    before = location.hash;
    closeSheets();
    show();
  });
  $("#skip").addEventListener("click", (event) => {
    event.preventDefault();
    $("#main").focus();
  });
  show();
}
