import { api } from "../api.js";
import { walkOf } from "../case/head.js";
import { conditionsList } from "../conditions.js";
import { h } from "../dom.js";
import { agree } from "../forms.js";
import { nameOf, repairLine } from "../records.js";
import { learnBooked, remindButton } from "../reminders.js";
import { statusCard } from "../standing.js";
import { badge, buttons, card, citation, fold, folds, link, note } from "../ui.js";
import { ownRepairs } from "../underway.js";
import { certaintyWords, dateWords, distance, isVerified, today } from "../words.js";
import { addressee, recordFor } from "./choosing.js";

const words = {
  which: "申请修复哪一条？",
  none: "没有可以修复的失信信息",
  noneText: "报告里没有正在披露的失信信息。",
};

// Not open yet, or not to be told: the conditions one by one, and a reminder for the day.
function closed(record, found) {
  return [
    card(
      nameOf(record),
      repairLine(found),
      found.state === "opens" ? h("p", {}, `为什么：${found.why}`) : null,
      conditionsList({ conditions: found.conditions }),
    ),
    note("good", found.feeNotice),
    buttons(
      found.state === "opens"
        ? remindButton(record, "", `到${dateWords(found.opensOn)}提醒我（${distance(found.opensOn)}）`)
        : null,
      link("觉得记录有错？提异议", `#/do/objection?record=${record.id}`, "quiet"),
      link("看这条记录", `#/records/${record.id}`, "quiet"),
    ),
  ];
}

const filed = (one) =>
  statusCard({
    tone: one.ask ? "warn" : "wait",
    word: "已经申请过了",
    title: "修复正在办",
    line: one.statusLabel,
    action: link("看进度", `#/cases/repairs/${one.id}`),
    foot: one.ask ?? "您什么都不用做，有结果马上告诉您",
  });

const materialRows = (items) =>
  items.map((title) =>
    title.includes("承诺书")
      ? { title, isHeld: true, side: "不用交", text: "下一步在手机上签" }
      : title.startsWith("法律")
        ? { title: "其他材料", isHeld: true, side: "没有就不用交", text: title }
        : { title, text: "缴款书、银行回单、整改照片都可以" },
  );

export const flow = {
  id: "repair",
  title: "申请修复",
  submitLabel: "提交申请",

  async prepare(query) {
    const mine = (await ownRepairs()).filter((one) => one.isOpen);
    const found = await recordFor(
      query,
      (one) =>
        one.section === "dishonesty" && one.standing === "standing" && !mine.some((other) => other.recordId === one.id),
      "repair",
      words,
    );
    if (found.instead) return found;
    const same = mine.find((one) => one.recordId === found.record.id);
    if (same) return { instead: filed(same) };
    const eligibility = await api.get(`/me/repairs/eligibility?recordId=${encodeURIComponent(found.record.id)}`);
    if (eligibility.state !== "open") {
      await learnBooked([found.record]);
      return { instead: closed(found.record, eligibility) };
    }
    return { ...found, eligibility };
  },

  fill({ record, eligibility }) {
    const day = record.dutyPerformedOn;
    return {
      addressee: eligibility.addressees[0]?.addressee,
      ...(day
        ? {
            dutyPerformedOn: day,
            performance: `义务已于${dateWords(day)}履行完毕${record.correctedOn ? "，问题已改正" : ""}。`,
          }
        : {}),
    };
  },

  steps({ record, eligibility }) {
    const { materials, addressees } = eligibility;
    return [
      {
        title: "怎么履行的",
        lead: nameOf(record),
        fields: [
          {
            name: "performance",
            kind: "text",
            rows: 4,
            max: 2000,
            label: "履行和改正的情况",
            required: true,
            hint: "罚款在哪天交的，问题在哪天改好的。",
          },
          { name: "dutyPerformedOn", kind: "date", label: "履行完的日期", latest: today() },
        ],
        aside: folds(fold("条件，一条条看", "book", conditionsList(eligibility), note("good", eligibility.feeNotice))),
      },
      {
        title: "交材料",
        lead: "拍照就行，字看得清。",
        fields: [
          {
            name: "files",
            kind: "evidence",
            label: "履行证明",
            short: "材料",
            wanted: materialRows(materials.items),
            hint: "照片或 PDF，单个不超过8 MB。",
          },
          {
            kind: "say",
            body: [
              citation(materials.citation),
              isVerified(materials.certainty) ? null : badge("warn", certaintyWords(materials.certainty)),
            ],
          },
        ],
      },
      {
        title: "交给谁",
        quiet: true,
        fields: [
          addressee(addressees.map((one) => ({ value: one.addressee, label: one.name, text: one.explanation }))),
        ],
      },
    ];
  },

  consents: ({ eligibility }) => [
    agree(
      "pledged",
      "我公开作出以上信用承诺",
      { text: eligibility.pledge.text.split("\n") },
      ["pledgeVersion"],
      "信用承诺",
    ),
  ],
  promise: "提交以后，认定单位先决定受不受理，再答复您。全程免费，有人收钱就是骗子。",

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
  receipt: (reply) => ({
    title: "修复申请已提交",
    at: reply.filedAt,
    number: reply.number,
    next: walkOf("repairs", reply),
    more: note("good", reply.feeNotice),
  }),
};
