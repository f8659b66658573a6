// Who is signed in. The access token lives in memory alone. The refresh token is in localStorage, so that the page opens
// again without a network and every tab shares it: each use changes it, a stolen old one ends the session at the server,
// and the page's content policy lets no foreign script near it. Sign-out takes everything.

import { keep } from "./keep.js";

// The desk has a session of its own, which ends with the tab: officers share computers.
export const isDesk = document.documentElement.hasAttribute("data-desk");
const KEY = isDesk ? "cw.desk" : "cw.refresh";
const shelf = isDesk ? sessionStorage : localStorage;
let access = null;
let tabs = null;
let profile = null;
let ends = 0;
const listeners = new Set();

export const shareAmong = (given) => {
  tabs = given;
};

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
    session.learn(reply.accessToken, reply.refreshToken);
    if (reply.sessionExpiresInSeconds) ends = Date.now() + reply.sessionExpiresInSeconds * 1000;
    tabs?.took();
  },
  learn(token, refresh) {
    access = token;
    if (refresh) shelf.setItem(KEY, refresh);
  },
  expire() {
    access = null;
    shelf.removeItem(KEY);
    for (const name of ["me", "report"]) keep.drop(name);
    session.me = null;
  },
  // What the desk's other tabs know: a second tab asks for no second code, and uses no token that another has spent.
  join: async () => tabs?.join(),
  onChange(tell) {
    listeners.add(tell);
  },
  async end() {
    session.expire();
    sessionStorage.clear();
    if (isDesk) tabs?.ended();
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
