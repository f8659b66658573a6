// Asks under a question that was not answered whether such questions may be kept for the editor: silence keeps nothing.

import { api } from "./api.js";
import { h } from "./dom.js";
import { session } from "./session.js";
import { button, buttons, toast } from "./ui.js";
import { soft } from "./underway.js";

const PURPOSE = "bot-questions";
let hasAsked = false; // once while the page is open; after a refusal the server says when again

export function askToKeep() {
  if (!session.isIn || hasAsked) return null;
  const place = h("div");
  soft(async () => {
    const one = (await api.get("/me/consents")).items.find(({ purpose }) => purpose === PURPOSE);
    if (!one?.isAskable || one.isAllowed || hasAsked) return;
    hasAsked = true;
    const decide = (isGiven) => async () => {
      await api.post("/me/consents", { purpose: PURPOSE, version: one.version, isGiven });
      toast(isGiven ? "以后会留下" : "不会留下");
      place.remove();
    };
    place.className = "own";
    place.append(
      h("h3", {}, one.title),
      h("p", {}, one.text),
      buttons(button("同意", decide(true), "small"), button("不同意", decide(false), "quiet.small")),
    );
  }, null);
  return place;
}
