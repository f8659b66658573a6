// Who is signed in. The access token lives in memory alone. The refresh token is in localStorage, so that the page opens
// again without a network and every tab shares it: each use changes it, a stolen old one ends the session at the server,
// and the page's content policy lets no foreign script near it. Sign-out takes everything.

import { keep } from "./keep.js";

// The desk has a session of its own, which ends with the tab: officers share computers.
const isDesk = document.documentElement.hasAttribute("data-desk");
const KEY = isDesk ? "cw.desk" : "cw.refresh";
const shelf = isDesk ? sessionStorage : localStorage;
let access = null;
let profile = null;
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
  },
  expire() {
    access = null;
    shelf.removeItem(KEY);
    session.me = null;
  },
  onChange(tell) {
    listeners.add(tell);
  },
  async end() {
    session.expire();
    sessionStorage.clear();
    if (!isDesk) await keep.wipe();
  },
};

// Another tab signed out: this one shows nothing of it either.
addEventListener("storage", (event) => {
  if (event.key === KEY && event.newValue === null && !isDesk) {
    session.expire();
    location.hash = "#/signin";
  }
});
