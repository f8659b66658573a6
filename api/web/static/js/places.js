// Where a notice leads: to what it speaks of.

import { errandOfCase } from "./errands.js";

const OWN_SCREENS = { rec: "records", grt: "grants", hlp: "helpers" };

export const placeOf = ({ ref }) => {
  const errand = errandOfCase(ref);
  const screen = OWN_SCREENS[(ref ?? "").split("_")[0]] ?? (errand ? `cases/${errand.name}` : null);
  return screen ? `#/${screen}/${encodeURIComponent(ref)}` : null;
};
