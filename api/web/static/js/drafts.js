// Drafts of errands on this phone: what was written, the files, and the key under which the errand is sent.

import { newKey } from "./api.js";
import { helping } from "./helping.js";
import { keep } from "./keep.js";
import { today } from "./words.js";

export const draftKey = (flow, about) => `${helping.now ? `helped:${helping.now.id}` : "draft"}:${flow}:${about ?? ""}`;

export async function saved(flow, about, query) {
  const kept = await keep.get(draftKey(flow.id, about));
  return (
    kept ?? {
      flow: flow.id,
      about,
      title: flow.title,
      query,
      values: { ...(flow.start?.(query) ?? {}) },
      key: newKey(),
      at: null,
    }
  );
}

// `at` puts them in order on this phone; what one reads is the server's day.
export const save = (draft) => {
  draft.at = new Date().toISOString();
  draft.day = today();
  return keep.put(draftKey(draft.flow, draft.about), draft);
};

export const drafts = async () =>
  (await keep.list("draft:")).filter((draft) => draft.at).sort((a, b) => b.at.localeCompare(a.at));
export const draftLink = (draft) => `#/do/${draft.flow}?${new URLSearchParams(draft.query)}`;
