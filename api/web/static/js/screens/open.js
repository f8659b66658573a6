// Where the mini-program opens the page: whose phone it is, how large WeChat's type is, and where to go.

import { api } from "../api.js";
import { prefs } from "../prefs.js";
import { session } from "../session.js";
import { shell } from "../shell.js";

export const routeOf = (to) => (/^\/(?!\/)/.test(to ?? "") ? `#${to}` : "#/");

// Another person holds the phone: nothing of the last one is left on it, nor is their session good any more.
export async function handOver() {
  if (session.isIn) await api.delete("/session").catch(() => {});
  await session.end();
}

export async function show({ query }) {
  if (shell.isHere && query.who) {
    if (shell.isAnother(query.who)) await handOver();
    prefs.follow(Number(query.font) || 17);
  }
  return { go: routeOf(query.to) };
}
