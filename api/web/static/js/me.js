// Who I am to the server, kept for when there is no network; and the last report, marked with its time.

import { api, Offline } from "./api.js";
import { helping } from "./helping.js";
import { keep } from "./keep.js";
import { prefs } from "./prefs.js";
import { session } from "./session.js";
import { today } from "./words.js";

export async function loadMe() {
  if (!session.isIn) return null;
  try {
    const me = await api.get("/me");
    // Another person on this phone finds nothing of the last one, also when the last one's session only ran out.
    const owner = await keep.get("owner");
    if (owner && owner !== me.id) await keep.wipe();
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
const isDesk = document.documentElement.hasAttribute("data-desk");
export const me = async () => (isDesk ? null : (session.me ?? loadMe()));

// The report, or the last one seen when the network is away: `keptAt` says since when.
export async function loadReport() {
  if (helping.now) return { report: await api.get("/me/report"), keptAt: null }; // nothing of others stays here
  const kept = await keep.get("report");
  try {
    const response = await api.raw("/me/report", { headers: kept?.etag ? { "If-None-Match": kept.etag } : {} });
    if (response.status === 304 && kept) {
      kept.at = today();
      await keep.put("report", kept);
      return { report: kept.report, keptAt: null };
    }
    const report = await response.json();
    await keep.put("report", { report, etag: response.headers.get("etag"), at: today() });
    return { report, keptAt: null };
  } catch (fault) {
    if (!(fault instanceof Offline) || !kept) throw fault;
    return { report: kept.report, keptAt: kept.at };
  }
}

export const allRecords = (report) => (report.sections ?? []).flatMap((section) => section.records ?? []);
