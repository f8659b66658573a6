import { api } from "../api.js";
import { clockCard, dueWords } from "../cases.js";
import { h } from "../dom.js";
import { receipt } from "../flow.js";
import { conditionsList, nameOf, repairLine } from "../records.js";
import { badge, button, buttons, card, citation, link, note, toast } from "../ui.js";
import { certaintyWords, dateWords, distance, isVerified, stampWords, today } from "../words.js";
import { recordFor } from "./choosing.js";

const words = { which: "申请修复哪一条？", none: "没有可以修复的失信信息", noneText: "报告里没有正在披露的失信信息。" };

// Not open yet, or not to be told: the conditions one by one, and a reminder for the day.
function closed(record, found) {
  const remind = async () => {
    const booked = await api.post("/me/repairs/reminders", { recordId: record.id });
    toast(`${dateWords(booked.on)}会提醒您`, { seconds: 5 });
    location.hash = "#/subscriptions";
  };
  return [
    card(
      nameOf(record),
      repairLine(found) ?? note("info", found.why),
      found.state === "opens" ? h("p", {}, `为什么：${found.why}`) : null,
      conditionsList({ conditions: found.conditions }),
    ),
    note("good", found.feeNotice),
    buttons(
      found.state === "opens"
        ? button(`到 ${dateWords(found.opensOn)} 提醒我（${distance(found.opensOn)}）`, remind)
        : null,
      link("觉得记录有错？提出异议", `#/do/objection?record=${record.id}`, "quiet"),
      link("看这条记录", `#/records/${record.id}`, "quiet"),
    ),
  ];
}

export const flow = {
  id: "repair",
  title: "申请信用修复",
  submitLabel: "提交修复申请",

  async prepare(query) {
    const found = await recordFor(
      query,
      (one) => one.section === "dishonesty" && one.standing === "standing",
      "repair",
      words,
    );
    if (found.instead) return found;
    const eligibility = await api.get(`/me/repairs/eligibility?recordId=${encodeURIComponent(found.record.id)}`);
    if (eligibility.state !== "open") return { instead: closed(found.record, eligibility) };
    return { ...found, eligibility };
  },

  steps({ record, eligibility }) {
    const { materials, pledge, addressees } = eligibility;
    return [
      {
        title: nameOf(record),
        fields: [
          {
            kind: "say",
            body: [repairLine(eligibility), conditionsList(eligibility), note("good", eligibility.feeNotice)],
          },
        ],
      },
      {
        title: "义务是怎么履行的",
        fields: [
          {
            name: "performance",
            kind: "text",
            rows: 4,
            max: 2000,
            label: "履行和改正的情况",
            required: true,
            hint: "例如：罚款在哪天交的，问题在哪天改好的。",
          },
          { name: "dutyPerformedOn", kind: "date", label: "履行完的日期", latest: today() },
        ],
      },
      {
        title: "材料",
        lead: `需要的材料一次说清：${materials.items.join("、")}。`,
        fields: [
          {
            kind: "say",
            body: [
              citation(materials.citation),
              isVerified(materials.certainty) ? null : badge("warn", certaintyWords(materials.certainty)),
            ],
          },
          {
            name: "files",
            kind: "evidence",
            label: "履行证明",
            hint: "缴款凭证、整改照片等。照片或 PDF，单个不超过 8 MB。",
          },
        ],
      },
      {
        title: "交给谁",
        fields: [
          {
            name: "addressee",
            kind: "choice",
            label: "受理单位",
            required: true,
            options: addressees.map((one) => ({ value: one.addressee, label: one.name, text: one.explanation })),
          },
        ],
      },
      {
        title: "信用承诺书",
        fields: [
          {
            name: "pledged",
            kind: "tick",
            text: pledge.text.split("\n"),
            label: "我公开作出以上承诺",
            required: true,
            covers: ["pledgeVersion"],
            short: "信用承诺",
          },
        ],
      },
    ];
  },

  submit: (values, { record, eligibility }, ids) => ({
    path: "/me/repairs",
    body: {
      recordId: record.id,
      addressee: values.addressee,
      pledgeVersion: eligibility.pledge.version,
      performance: values.performance.trim(),
      evidence: ids,
      ...(values.dutyPerformedOn ? { dutyPerformedOn: values.dutyPerformedOn } : {}),
    },
  }),
  doneLink: (reply) => `#/cases/repairs/${reply.id}`,
  receipt: (reply) => {
    const running = reply.clocks.filter((one) => !one.doneAt);
    return receipt({
      title: "修复申请已提交",
      number: reply.number,
      pairs: [
        ["提交时间", stampWords(reply.filedAt)],
        ["下一步最晚", running.length ? dueWords(running[0].due) : null],
      ],
      next: "受理、办结都会发消息给您。",
      extra: [running.slice(0, 1).map(clockCard), note("good", reply.feeNotice)],
      href: `#/cases/repairs/${reply.id}`,
      hrefLabel: "看进度",
    });
  },
};
