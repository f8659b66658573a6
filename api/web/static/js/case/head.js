// The head of a case: what the resident is asked to do, else who has it and until when; and its way from the filing to the end.
import { aboutOf } from "../cases.js";
import { h } from "../dom.js";
import { ring, walk, week } from "../drawings.js";
import { errandOf, toneOf } from "../errands.js";
import { prefs } from "../prefs.js";
import { copyButton } from "../receipt.js";
import { badge, state } from "../ui.js";
import { civil, near, unitWords, weekdayWords, workingDaysWords } from "../words.js";

const byDay = (a, b) => a.due.on.localeCompare(b.due.on);
const runningOf = (one) => (one.clocks ?? []).filter((clock) => !clock.doneAt).sort(byDay);

// From the filing to the end: done, what is due first of what runs, what is to come with its latest day.
function stepsOf(kind, one) {
  const begun = one.filedAt ?? one.askedAt ?? one.noticedAt ?? one.signedAt ?? one.wordings?.[0]?.at;
  const clocks = one.clocks ?? [];
  const seen = new Set(clocks.map((clock) => clock.clock));
  const isOver = one.isOpen === false || one.decidedAt;
  const running = runningOf(one);
  const ahead = isOver ? [] : (one.path ?? []).filter((milestone) => !seen.has(milestone.clock));
  const [now] = running;
  return [
    { state: "done", title: errandOf(kind).begun, side: near(civil(begun)) },
    ...clocks
      .filter((clock) => clock.doneAt)
      .map((clock) => ({
        state: "done",
        title: clock.title,
        side: near(civil(clock.doneAt)),
        text: unitWords(clock.owedBy),
      })),
    ...(isOver
      ? [{ state: "done", title: one.statusLabel, side: one.decidedAt ? near(civil(one.decidedAt)) : "" }]
      : []),
    ...[...running, ...ahead]
      .sort((a, b) => (b === now) - (a === now) || byDay(a, b))
      .map((step) => ({
        state: step.isLate ? "late" : step === now ? "now" : "next",
        title: step.title,
        side: `${step.isLate ? "该在" : "最晚"}${near(step.due.on)}${step.isLate ? "前" : ""}`,
        text: `${unitWords(step.owedBy)}${running.includes(step) ? `，${step.due.isStatutory ? "法定期限" : "服务承诺"}` : ""}`,
      })),
  ];
}

export const walkOf = (kind, one) => walk(stepsOf(kind, one));

// What stands largest: what the resident is asked to do, else who works on it, else what it was about.
function headOf(kind, one, running, ask) {
  const about = unitWords(aboutOf(one));
  const more = `${about} · ${one.statusLabel}`;
  if (ask) return { tone: "warn", word: "等您办", title: ask, more, by: untilWhen(one) };
  if (!running) {
    return { tone: toneOf(errandOf(kind), one.status).replace("info", "wait"), word: one.statusLabel, title: about };
  }
  const unit = unitWords(running.owedBy);
  if (running.isLate) {
    return { tone: "bad", word: "该催了", title: `${unit}超期了`, more, by: [`本该${near(running.due.on)}前办完`] };
  }
  const steps = stepsOf(kind, one);
  const at = steps.findIndex((step) => step.state !== "done");
  const isPaused = running.paused?.some((pause) => !pause.isOver);
  return {
    tone: "wait",
    word: isPaused ? "期限暂停中" : `第${at + 1}步，共${steps.length}步`,
    title: `${unit}正在办`,
    more,
    by: [latestWords(running.due), running.due.isEstimated ? badge("warn", "预计") : null],
    days: prefs.elder ? null : week(running),
  };
}

const latestWords = (due) => `最晚${near(due.on)}（${weekdayWords(due.on)}）`;
// The resident's own last day; that of a unit's step would be taken for theirs.
const untilWhen = (one) =>
  one.answerBy && one.actions?.some(({ action }) => action === "answer") ? [latestWords(one.answerBy)] : null;

// Where the case stands: who has it, until when, how many working days are left, and what one can do meanwhile.
// `ask` is what the resident is asked to do.
export function headCard(kind, one, actions = null, ask = null) {
  const [running] = runningOf(one);
  const { tone, word, title, more, by, days } = headOf(kind, one, running, ask);
  const isCounted = running && !ask;
  return h(
    "section.split",
    {},
    h(
      `div.split-top.${tone}`,
      {},
      h(
        "div.status-head",
        {},
        state(tone, word),
        h("h1", { tabindex: "-1" }, title),
        h("p", {}, more ?? null),
        by ? h("p", {}, by) : null,
        isCounted ? h("div.visual", {}, ring(running.left ?? 0, running.elapsed)) : null,
      ),
      days ?? null,
      isCounted ? h("p.sr", {}, workingDaysWords(running.left)) : null,
    ),
    one.number || actions
      ? h(
          "div.split-body",
          {},
          one.number ? h("p.receipt-number", {}, "编号 ", h("code", {}, one.number), copyButton(one.number)) : null,
          actions,
        )
      : null,
  );
}
