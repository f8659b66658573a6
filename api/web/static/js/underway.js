// What a person has under way, of every kind, and what of it is due first.

import { api, Offline, Problem } from "./api.js";
import { KINDS } from "./cases.js";

export const soft = async (work, otherwise) => {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof Problem || fault instanceof Offline) return otherwise;
    throw fault;
  }
};

const list = (kind) => soft(async () => (await api.get(`/me/${kind}?limit=20`)).items, []);

const nextOf = (one) => one.next ?? one.clocks?.find((clock) => !clock.doneAt) ?? null;

// Every case by kind, newest first, each with the step that runs.
export async function allCases() {
  const kinds = Object.keys(KINDS);
  const found = await Promise.all(kinds.map(list));
  return found.flatMap((items, index) =>
    items.map((one) => ({
      kind: kinds[index],
      one,
      title: KINDS[kinds[index]].title,
      about: KINDS[kinds[index]].about(one),
      next: nextOf(one),
    })),
  );
}

export const isOpen = ({ one, next }) => one.isOpen ?? Boolean(next);
