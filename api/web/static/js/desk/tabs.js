// The desk's tabs share one session as long as one of them is open; nothing of it is kept anywhere else.

import { session, shareAmong } from "../session.js";

// Each open tab holds a lock, by which another knows how many answers to wait for: none where it is alone, and long where a computer is
// slow. Where the browser has no locks nobody knows, and all wait the same.
const WAIT_MS = navigator.locks ? 3_000 : 150;
const TAB = "cw.desk.tab";
const TURN = "cw.desk.turn";
const channel = "BroadcastChannel" in window ? new BroadcastChannel("cw.desk") : null;
const turn = () => Number(sessionStorage.getItem(TURN) ?? 0);
const shared = () => ({ access: session.access, refresh: session.refresh, turn: turn() });

const isHeld = new Promise((resolve) => {
  if (!navigator.locks) return resolve();
  return navigator.locks.request(TAB, { mode: "shared" }, () => {
    resolve();
    return new Promise(() => {});
  });
});
async function others() {
  if (!navigator.locks) return Number.POSITIVE_INFINITY;
  await isHeld;
  const { held } = await navigator.locks.query();
  return held.filter((one) => one.name === TAB).length - 1;
}

async function join() {
  let silent = await others();
  if (!silent) return;
  await new Promise((resolve) => {
    const hear = ({ data }) => {
      if (data.turn !== undefined) silent -= 1;
      if (!silent) resolve();
    };
    channel.addEventListener("message", hear);
    setTimeout(() => {
      channel.removeEventListener("message", hear);
      resolve();
    }, WAIT_MS);
    channel.postMessage("ask");
  });
}

function took() {
  sessionStorage.setItem(TURN, String(turn() + 1));
  channel.postMessage(shared());
}

channel?.addEventListener("message", ({ data }) => {
  if (data === "ask") {
    channel.postMessage(shared());
  } else if (data === "ended") {
    if (!session.isIn) return;
    session.expire();
    sessionStorage.clear();
    location.reload();
  } else if (data.refresh && data.turn > turn()) {
    session.learn(data.access, data.refresh);
    sessionStorage.setItem(TURN, String(data.turn));
  }
});
if (channel) shareAmong({ join, took, ended: () => channel.postMessage("ended") });
