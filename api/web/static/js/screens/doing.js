import { showFlow } from "../flow.js";

// Those with a form here, `js/flows/NAME.js`; what an address asks for beyond them leads to all that can be done.
const FLOWS = new Set([
  "objection",
  "omission",
  "letter",
  "repair",
  "withdrawal",
  "declaration",
  "pledge",
  "performance",
  "grant",
  "helper",
  "mandate",
]);

export async function show({ params, query }) {
  if (!FLOWS.has(params.flow)) return { go: "#/affairs" };
  const { flow } = await import(`../flows/${params.flow}.js`);
  return showFlow(flow, query);
}
