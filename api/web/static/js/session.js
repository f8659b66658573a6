// Who is signed in. The access token lives in memory alone. The refresh token is in localStorage, so that the page opens
// again without a network and every tab shares it: each use changes it, a stolen old one ends the session at the server,
// and the page's content policy lets no foreign script near it. Sign-out takes everything.

import { keep } from "./keep.js";

// The desk has a session of its own, which ends with the tab: officers share computers.
const isDesk = document.documentElement.hasAttribute("data-desk");
const KEY = isDesk ? "cw.desk" : "cw.refresh";
const shelf = isDesk ? sessionStorage : localStorage;
const TURN = "cw.desk.turn";
let access = null;
let profile = null;
let ends = 0;
const listeners = new Set();

export const session = {
  get access() {
    return access;
  },
  get refresh() {
    return shelf.getItem(KEY);
  },
  get isIn() {
    return Boolean(shelf.getItem(KEY));
  },
  // By this phone's clock: it may be wrong about the day, not about the time that passes.
  get ends() {
    return ends;
  },
  get me() {
    return profile;
  },
  set me(value) {
    profile = value;
    for (const tell of listeners) tell(value);
  },
  take(reply) {
    access = reply.accessToken;
    if (reply.refreshToken) shelf.setItem(KEY, reply.refreshToken);
    if (reply.sessionExpiresInSeconds) ends = Date.now() + reply.sessionExpiresInSeconds * 1000;
    if (!tabs) return;
    shelf.setItem(TURN, String(turn() + 1));
    tabs.postMessage(shared());
  },
  expire() {
    access = null;
    shelf.removeItem(KEY);
    for (const name of ["me", "report"]) keep.drop(name);
    session.me = null;
  },
  // What the desk's other tabs know: a second tab asks for no second code, and uses no token that another has spent.
  async join() {
    if (!tabs) return;
    tabs.postMessage("ask");
    await new Promise((resolve) => setTimeout(resolve, WAIT_FOR_TABS));
  },
  onChange(tell) {
    listeners.add(tell);
  },
  async end() {
    session.expire();
    sessionStorage.clear();
    if (isDesk) tabs?.postMessage("ended");
    else await keep.wipe();
  },
};

// Another tab signed out: this one shows nothing of it either.
addEventListener("storage", (event) => {
  if (event.key === KEY && event.newValue === null && !isDesk) {
    session.expire();
    location.hash = "#/signin";
  }
});

// The desk's tabs share one session as long as one of them is open; nothing of it is kept anywhere else.
const WAIT_FOR_TABS = 150;
const tabs = isDesk && "BroadcastChannel" in window ? new BroadcastChannel("cw.desk") : null;
const turn = () => Number(shelf.getItem(TURN) ?? 0);
const shared = () => ({ access, refresh: shelf.getItem(KEY), turn: turn() });
tabs?.addEventListener("message", ({ data }) => {
  if (data === "ask") {
    if (session.isIn) tabs.postMessage(shared());
  } else if (data === "ended") {
    if (!session.isIn) return;
    session.expire();
    sessionStorage.clear();
    location.reload();
  } else if (data.refresh && data.turn > turn()) {
    access = data.access;
    shelf.setItem(KEY, data.refresh);
    shelf.setItem(TURN, String(data.turn));
  }
});
