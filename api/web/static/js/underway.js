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

export const QUESTION = "信用中心问您一件事";

// The questions of the centre that wait for an answer, of one case or of all.
export const unanswered = (messages) => {
  const answered = new Set(messages.map((one) => one.about));
  return messages.filter((one) => one.kind === "question" && !answered.has(one.id));
};

const asked = async () =>
  helping.now ? [] : unanswered(await soft(async () => (await api.get("/me/messages")).items, []));

const dueOf = ({ one, next }) => (one.ask ? "" : (next?.due.on ?? "9"));

// Every case by kind, or those of the errand `name`: the step that runs, and what its resident is asked to do. What waits for them
// comes first, then what is due first; of the rest the newest of each errand.
export async function allCases(name = null) {
  await soft(learnErrands, null);
  const errands = followed().filter(
    (one) => (!name || one.name === name) && (!helping.now || isTheirs(`/me/${one.name}`)),
  );
  const [questions, ...found] = await Promise.all([asked(), ...errands.map((errand) => list(errand.name))]);
  const questioned = new Set(questions.map((one) => one.caseRef));
  return found
    .flatMap((items, index) =>
      items.map((one) => ({
        kind: errands[index].name,
        one: { ...one, ask: one.ask ?? (questioned.has(one.id) ? QUESTION : null) },
        title: errands[index].title,
        about: aboutOf(one),
        next: nextOf(one),
      })),
    )
    .sort((a, b) => dueOf(a).localeCompare(dueOf(b)));
}

export const ownRepairs = async () => (await allCases("repairs")).map(({ one }) => one);

export const isOpen = ({ one, next }) => Boolean(one.ask || (one.isOpen ?? next));
