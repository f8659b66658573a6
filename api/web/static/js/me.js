// Who I am to the server, kept for when there is no network; and the last report, marked with its time, where it may stay.

import { api, Offline } from "./api.js";
import { helping } from "./helping.js";
import { keep } from "./keep.js";
import { prefs } from "./prefs.js";
import { isDesk, session } from "./session.js";
import { near, today } from "./words.js";

export async function loadMe() {
  if (!session.isIn) return null;
  try {
    const me = await api.get("/me");
    // Another person on this phone finds nothing of the last one, also when the last one's session only ran out.
    const owner = await keep.get("owner");
    if (owner && owner !== me.id) {
      held = null;
      await keep.wipe();
    }
    await keep.put("owner", me.id);
    await keep.put("me", me);
    session.me = me;
    if (me.isElderlyMode && !prefs.isChosen) prefs.set({ elder: true });
  } catch (fault) {
    if (!(fault instanceof Offline)) throw fault;
    session.me = (await keep.get("me")) ?? null;
  }
  return session.me;
}

// Large type follows the person to the next phone; on this one it holds at once, with or without a network.
export async function chooseElder(isElderlyMode) {
  prefs.set({ elder: isElderlyMode });
  if (session.isIn) await api.patch("/me", { isElderlyMode }).catch(() => null);
}

export async function chooseHome(jurisdiction) {
  session.me = await api.patch("/me", { jurisdiction });
  await keep.put("me", session.me);
}

// At the window there is no account of one's own, and nothing of the person's stays on the officer's computer.
export const me = async () => (isDesk ? null : (session.me ?? loadMe()));

// The report stays in memory while the page is open, and on the phone only where its person asked for that: a week from when it last
// came, and no longer than the session. Nothing runs while the page is closed: what is over is dropped when the page opens, is taken up
// again or would read it.
const WEEK_MS = 7 * 86_400_000;
let held = null;
session.onChange((mine) => {
  if (!mine) held = null;
});

export const staysHere = async () => (await keep.get("stay")) === true;

export async function letStay(stays) {
  if (!stays) {
    for (const name of ["stay", "report"]) await keep.drop(name);
    return;
  }
  await keep.put("stay", true);
  await loadReport().catch(() => null); // it stays when it comes next
}

export async function reportHere() {
  const kept = held ?? (await keep.get("report"));
  if (!kept || kept.until > Date.now()) return kept;
  held = null;
  await keep.drop("report");
  return null;
}

async function hold(report) {
  held = { ...report, at: today(), until: Math.min(Date.now() + WEEK_MS, session.ends) };
  if (await staysHere()) await keep.put("report", held);
}

// The report, or the last one seen when the network is away: `keptAt` says since when.
export async function loadReport() {
  if (helping.now) return { report: await api.get("/me/report"), keptAt: null }; // nothing of others stays here
  const kept = await reportHere();
  try {
    const response = await api.raw("/me/report", { headers: kept?.etag ? { "If-None-Match": kept.etag } : {} });
    if (response.status === 304 && kept) {
      await hold(kept);
      return { report: kept.report, keptAt: null };
    }
    const report = await response.json();
    await hold({ report, etag: response.headers.get("etag") });
    return { report, keptAt: null };
  } catch (fault) {
    if (!(fault instanceof Offline) || !kept) throw fault;
    return { report: kept.report, keptAt: kept.at, stays: await staysHere() };
  }
}

// Since when, without a network, and whether it is there when the page is opened again.
export const keptWords = ({ keptAt, stays }, what) =>
  `这是${near(keptAt)}${stays ? "存下" : "打开"}的${what}，现在连不上网络，可能已有变化。${stays ? "" : "没有存在手机上。"}`;

export const allRecords = (report) => (report.sections ?? []).flatMap((section) => section.records ?? []);
