// Every errand with its statuses, steps and codes in words, as the server declares it; nothing here repeats them.

import { api } from "./api.js";

let known = new Map();

// Before the first screen that shows a case.
export async function learnErrands() {
  if (!known.size) known = new Map((await api.get("/errands")).map((one) => [one.name, one]));
}

export const queued = () => [...known.values()].filter((one) => one.queued);
export const statusesOf = (errand) => known.get(errand)?.statuses ?? [];
export const titleOf = (errand) => known.get(errand)?.title ?? errand;
export const paperOf = (errand) => known.get(errand)?.paper;
export const isDrafted = (errand, action) =>
  known.get(errand)?.steps.some((one) => one.action === action && one.drafted) ?? false;
export const statusWords = (errand, status) =>
  known.get(errand)?.statuses.find((one) => one.name === status)?.label ?? status;
// For a choice in a form: what a code in `field` of a case of this errand can be.
export const choices = (errand, field) =>
  (known.get(errand)?.codes ?? [])
    .filter((one) => one.field === field)
    .map((one) => ({ value: one.code, label: one.label }));
