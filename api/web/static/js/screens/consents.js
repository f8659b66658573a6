import { api } from "../api.js";
import { h } from "../dom.js";
import { again } from "../router.js";
import { session } from "../session.js";
import { badge, button, buttons, card, citation, note, toast } from "../ui.js";
import { soft } from "../underway.js";
import { stampWords } from "../words.js";

const toneOf = (one) => (one.status === "given" ? "good" : one.status === null && one.isAllowed ? "info" : "plain");

function draw(one, after = again) {
  const decide = (isGiven) => async () => {
    await api.post("/me/consents", { purpose: one.purpose, version: one.version, isGiven });
    toast("已记下");
    after();
  };
  const withdraw = async () => {
    await api.delete(`/me/consents/${one.purpose}`);
    toast("已撤回");
    after();
  };
  return card(
    one.title,
    h("div.badges", {}, badge(toneOf(one), one.statusLabel)),
    h("p", {}, one.text),
    citation(one.citation),
    one.decidedAt ? h("p.small-text", {}, stampWords(one.decidedAt)) : null,
    buttons(
      one.isAllowed && one.status === "given" ? button("撤回同意", withdraw, "quiet") : null,
      one.isAllowed && one.status !== "given" ? button("关闭", decide(false), "quiet") : null,
      one.isAllowed ? null : button("同意", decide(true), "quiet"),
      !one.isAllowed && one.status === null ? button("不同意", decide(false), "quiet") : null,
    ),
  );
}

let hasAsked = false; // once while the page is open; after a refusal the server says when again

// The card of a purpose under which nothing was decided, where it is needed: silence is no consent.
export function askFor(purpose) {
  if (!session.isIn || hasAsked) return null;
  const place = h("div");
  soft(async () => {
    const one = (await api.get("/me/consents")).items.find((known) => known.purpose === purpose);
    if (!one?.isAskable || one.isAllowed || hasAsked) return;
    hasAsked = true;
    place.append(draw(one, () => place.remove()));
  }, null);
  return place;
}

export async function show() {
  const { items } = await api.get("/me/consents");
  return {
    title: "我的同意",
    body: [note("info", "每一项单独决定。不同意、撤回，都不影响看报告和办事。"), items.map((one) => draw(one))],
  };
}
