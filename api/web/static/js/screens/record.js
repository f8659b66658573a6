import { api, Offline, Problem } from "../api.js";
import { dueWords, fieldWords } from "../cases.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { allRecords, loadReport } from "../me.js";
import { actionsOf, clocksDrawn, clocksOf, conditionsList, marksOf, nameOf, repairLine } from "../records.js";
import { again, go } from "../router.js";
import { clockList, timeline } from "../timeline.js";
import { button, card, citation, facts, note, sheet, toast, unfold } from "../ui.js";
import { addDays, dateWords, place, stampWords, today } from "../words.js";

async function find(id) {
  try {
    return { record: await api.get(`/me/records/${encodeURIComponent(id)}`), keptAt: null };
  } catch (fault) {
    if (!(fault instanceof Offline)) throw fault;
    const { report, keptAt } = await loadReport();
    const record = allRecords(report).find((one) => one.id === id);
    if (!record) throw fault;
    return { record, keptAt };
  }
}

// Slide the day on which the duty is performed and see the dates move: asked of the server, never reckoned here.
function whatIf(record) {
  const output = h("output.slider-date", {}, dateWords(today()));
  const room = h("div", { "aria-live": "polite" });
  let timer = 0;
  let asked = 0;
  const dayOf = (input) => addDays(today(), Number(input.value));
  const input = h("input", {
    type: "range",
    min: 0,
    max: 365,
    step: 1,
    value: 0,
    "aria-label": "假如在哪一天履行完义务",
    oninput: () => {
      output.textContent = dateWords(dayOf(input));
      input.setAttribute("aria-valuetext", dateWords(dayOf(input)));
      clearTimeout(timer);
      timer = setTimeout(ask, 250);
    },
  });
  const ask = async () => {
    asked += 1;
    const mine = asked;
    try {
      const then = await api.get(
        `/me/records/${encodeURIComponent(record.id)}/what-if?dutyPerformedOn=${dayOf(input)}`,
      );
      if (mine !== asked) return;
      const clocks = clocksOf({ ...record, ...then });
      room.replaceChildren(
        repairLine(then.repair) ?? "",
        timeline(clocks) ?? "",
        clockList(clocks) ?? "",
        h("p.small-text", {}, then.assumption),
      );
    } catch (fault) {
      if (!(fault instanceof Problem || fault instanceof Offline)) throw fault;
      room.replaceChildren(note("warn", fault instanceof Problem ? fault.detail : "连不上网络，算不了。"));
    }
  };
  return card(
    "假如那天履行完义务",
    h("div.slider", {}, h("p", {}, "拖动选一天：假如 ", output, " 履行完罚款、改正等义务，日期会怎么变？"), input),
    room,
  );
}

async function writeStatement(record) {
  const path = `/me/records/${encodeURIComponent(record.id)}/statement`;
  const done = await sheet("写本人说明", (close) => [
    h("p", {}, "您的话会放在这条记录旁边，标明“本人陈述，未经核验”。"),
    form(
      [
        {
          name: "text",
          kind: "text",
          rows: 4,
          max: 200,
          least_length: 2,
          label: "本人说明",
          required: true,
          value: record.statement ?? "",
        },
      ],
      "保存",
      async ({ text }) => {
        await api.post(path, { text: text.trim() });
        close("已保存");
      },
    ),
    record.statement
      ? button(
          "撤下说明",
          async () => {
            await api.delete(path);
            close("已撤下");
          },
          "danger",
        )
      : null,
  ]);
  if (done) {
    toast(done);
    go(`#/records/${record.id}`, { replace: true });
    again();
  }
}

export async function show({ params, query }) {
  const { record, keptAt } = await find(params.id);
  const items = Object.entries(record.items ?? {});
  return {
    title: "记录详情",
    shown: () => {
      if ("statement" in query) writeStatement(record);
    },
    body: [
      keptAt ? note("warn", `这是 ${stampWords(keptAt)} 存下的内容，现在连不上网络。`) : null,
      card(
        nameOf(record),
        nameOf(record) === record.title ? null : h("p", {}, record.title),
        h("div.badges", {}, marksOf(record)),
        facts([
          ["来源单位", record.sourceUnit],
          ["地区", place(record.jurisdiction)],
          ["文书日期", dateWords(record.decidedOn)],
          ["收到时间", stampWords(record.receivedAt)],
          ["文书", record.documentType],
          ["行为终止", dateWords(record.endedOn)],
          ["义务履行", dateWords(record.dutyPerformedOn)],
          ["来自单位", record.derivedFrom],
        ]),
      ),
      record.section === "dishonesty"
        ? card("两个期限", repairLine(record.repair), clocksDrawn(record), conditionsList(record.repair))
        : null,
      card("可以办什么", actionsOf(record)),
      record.section === "dishonesty" && record.standing === "standing" && !keptAt ? whatIf(record) : null,
      items.length ? card("记录内容", facts(items)) : null,
      record.statement
        ? card("本人说明", h("p", {}, record.statement), h("p.small-text", {}, "本人陈述，未经核验"))
        : null,
      (record.measures ?? []).length
        ? card(
            "因此采取的措施",
            h(
              "ul.bullets",
              {},
              record.measures.map((one) =>
                h("li", {}, `${one.title}（${one.unit}）`, one.liftedAt ? "，已解除" : "", citation(one.source)),
              ),
            ),
          )
        : null,
      (record.changes ?? []).length
        ? card(
            "为什么变过",
            h(
              "ol.steps",
              {},
              [...record.changes]
                .reverse()
                .map((one) =>
                  h(
                    "li",
                    {},
                    h("strong", {}, one.reason),
                    h("small", {}, `${stampWords(one.at)} · ${one.unit}`),
                    one.fields?.length ? h("small", {}, `改动：${fieldWords(one.fields)}`) : null,
                  ),
                ),
            ),
          )
        : null,
      (record.copies ?? []).length
        ? unfold(
            "共享给了哪些系统",
            h(
              "ul.bullets",
              {},
              record.copies.map((one) =>
                h(
                  "li",
                  {},
                  `${one.system}（${stampWords(one.sharedAt)}）`,
                  one.acknowledgedAt ? "，已同步最新情况" : one.due ? ["，最晚 ", dueWords(one.due), " 同步"] : "",
                ),
              ),
            ),
          )
        : null,
      record.catalogue
        ? unfold(
            "为什么会记录（目录）",
            facts([
              ["名称", record.catalogue.title],
              ["行为", record.catalogue.conduct],
              ["公开属性", record.catalogue.publicAttribute],
              ["共享范围", record.catalogue.shareScope],
              ["来源和渠道", record.catalogue.sourceAndChannel],
              ["更新频率", record.catalogue.updateFrequency],
            ]),
            citation(record.catalogue.source),
          )
        : null,
    ],
  };
}
