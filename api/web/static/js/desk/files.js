// Files that who handles a case puts into it.

import { api, newKey } from "../api.js";

// The id of the file in the case. A second try of the same file sends nothing twice.
export async function putFile(errand, one, file, kind = "material") {
  if (file.id) return file.id;
  file.key ??= newKey();
  const body = new FormData();
  body.append("file", file.blob, file.name);
  body.append("kind", kind);
  const after = await api.upload(`/staff/${errand}/${one.id}/evidence`, body, { key: file.key, progress: () => {} });
  const known = new Set((one.evidence ?? []).map((held) => held.id));
  file.id = after.evidence.find((held) => !known.has(held.id)).id;
  return file.id;
}
