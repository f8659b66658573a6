// Every errand with its statuses, steps and codes in words, as the server declares it; nothing here repeats them.

import { api } from "./api.js";
import { keep } from "./keep.js";

let known = new Map();

// Before the first screen that shows a case; what was learnt last serves while there is no network.
export async function learnErrands() {
  if (known.size) return;
  let all;
  try {
    all = await api.get("/errands");
    await keep.put("errands", all);
  } catch (fault) {
    all = await keep.get("errands");
    if (!all) throw fault;
  }
  known = new Map(all.map((one) => [one.name, one]));
}

// Those whose cases a resident follows on the page.
export const followed = () => every().filter((one) => one.begun);
export const errandOf = (name) => followed().find((one) => one.name === name);
export const errandOfCase = (id) => followed().find((one) => id?.startsWith(`${one.prefix}_`));
export const toneOf = (errand, status) => errand?.statuses.find((one) => one.name === status)?.tone ?? "info";
// Whether a receipt has promised its resident a push of the result, which is still to come.
export const isAwaited = ({ id, status }) =>
  errandOfCase(id)?.statuses.some((one) => one.name === status && one.isAwaited) ?? false;

export const every = () => [...known.values()];
// For a choice in a form: what a code in `field` of a case of this errand can be.
export const choices = (errand, field) =>
  (known.get(errand)?.codes ?? [])
    .filter((one) => one.field === field)
    .map((one) => ({ value: one.code, label: one.label }));

const OWN_SCREENS = { rec: "records", grt: "grants", hlp: "helpers" };

// Where a notice leads: to what it speaks of.
export const placeOf = ({ ref }) => {
  const errand = errandOfCase(ref);
  const screen = OWN_SCREENS[(ref ?? "").split("_")[0]] ?? (errand ? `cases/${errand.name}` : null);
  return screen ? `#/${screen}/${encodeURIComponent(ref)}` : null;
};
