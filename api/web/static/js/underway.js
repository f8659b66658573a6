// What a person has under way, of every kind, and what of it is due first.

import { api, Offline, Problem } from "./api.js";
import { aboutOf } from "./cases.js";
import { followed, learnErrands } from "./errands.js";
import { helping, isTheirs } from "./helping.js";

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
  await soft(learnErrands, null);
  const errands = followed().filter((one) => !helping.now || isTheirs(`/me/${one.name}`));
  const found = await Promise.all(errands.map((errand) => list(errand.name)));
  return found.flatMap((items, index) =>
    items.map((one) => ({
      kind: errands[index].name,
      one,
      title: errands[index].title,
      about: aboutOf(one),
      next: nextOf(one),
    })),
  );
}

export const isOpen = ({ one, next }) => one.isOpen ?? Boolean(next);
