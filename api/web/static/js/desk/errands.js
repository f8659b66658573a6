// What the desk asks of the errands beside what the page does: the queue, words of a status, papers and drafts.
import { every } from "../errands.js";

const named = (name) => every().find((one) => one.name === name);
export const queued = () => every().filter((one) => one.queued);
export const statusesOf = (errand) => named(errand)?.statuses ?? [];
export const titleOf = (errand) => named(errand)?.title ?? errand;
export const paperOf = (errand) => named(errand)?.paper;
export const isDrafted = (errand, action) =>
  named(errand)?.steps.some((one) => one.action === action && one.drafted) ?? false;
export const statusWords = (errand, status) => statusesOf(errand).find((one) => one.name === status)?.label ?? status;
