// Where a notice leads: to what it speaks of.

const KINDS = {
  rec: (id) => `#/records/${id}`,
  grt: (id) => `#/grants/${id}`,
  obj: (id) => `#/cases/objections/${id}`,
  rep: (id) => `#/cases/repairs/${id}`,
  wdr: (id) => `#/cases/withdrawals/${id}`,
  dec: (id) => `#/cases/declarations/${id}`,
  plg: (id) => `#/cases/pledges/${id}`,
  lst: (id) => `#/cases/listings/${id}`,
};

export const placeOf = ({ ref }) => KINDS[(ref ?? "").split("_")[0]]?.(encodeURIComponent(ref)) ?? null;
