// A letter in writing: to the unit of a record, or to who stands outside. What the product knows is in it already.

import { api } from "../api.js";
import { walkOf } from "../case/head.js";
import { h } from "../dom.js";
import { choice } from "../forms.js";
import { me } from "../me.js";
import { first, whichPlace } from "../served.js";
import { cell, cells, citation, section } from "../ui.js";

// What is written from a record or a late step has a link there; the others begin here.
const BY_ITSELF = ["company", "paid_repair"];

// `about` keeps the drafts of two letters apart; `of` is the record or the case.
export const letterLink = (kind, of, more = {}) =>
  `#/do/letter?${new URLSearchParams({ kind, about: `${kind}-${of}`, of, ...more })}`;

export const flow = {
  id: "letter",
  title: "书面请求",
  submitLabel: "写好，交出去",

  async prepare(query) {
    const place = query.place ?? (await me())?.jurisdiction ?? first;
    const kinds = await api.get(`/me/letters/kinds?jurisdiction=${place}`);
    const kind = kinds.find((one) => one.kind === query.kind);
    if (kind) return { kind, place, query };
    return {
      instead: section(
        "写给谁、为什么事",
        null,
        cells(
          null,
          kinds
            .filter((one) => BY_ITSELF.includes(one.kind))
            .map((one) =>
              cell({ label: one.title, picture: "pen", href: `#/do/letter?kind=${one.kind}&about=${one.kind}` }),
            ),
        ),
        h("p.small-text", {}, "询问认定单位、投诉没有按期办理的，从那条记录或者那件事的进度里进入。"),
      ),
    };
  },

  fill: ({ place, kind }) => ({ jurisdiction: place, ...(kind.mayBeDirect ? { direct: "no" } : {}) }),

  steps({ kind }) {
    return [
      kind.topics.length
        ? {
            title: "缺了什么",
            lead: "可以选几项。信里会写上这条记录。",
            fields: [
              {
                name: "topics",
                kind: "many",
                label: "要问的",
                required: true,
                options: kind.topics.map((one) => ({ value: one.code, label: one.title })),
              },
            ],
          }
        : null,
      kind.needsName || kind.needsText
        ? {
            title: kind.title,
            fields: [
              kind.needsName
                ? { name: "to", kind: "text", max: 100, least_length: 2, label: "单位名称", required: true }
                : null,
              {
                name: "text",
                kind: "text",
                rows: 5,
                max: 2000,
                least_length: 2,
                label: "经过",
                required: kind.needsText,
                hint: "写事实就好。不要写别人的证件号码。",
              },
              { name: "files", kind: "evidence", label: "材料", short: "材料" },
              kind.mayBeDirect
                ? choice(
                    "direct",
                    "说的是不是信用中心",
                    { no: "不是", yes: "是，不要让信用中心看到" },
                    { hint: "说的是信用中心或者它的人，就不经过它，由您直接交给主管部门。" },
                  )
                : null,
            ],
          }
        : null,
      kind.about === "nothing"
        ? {
            title: "在哪里",
            quiet: true,
            fields: [whichPlace],
          }
        : null,
    ];
  },
  before: ({ kind }) => (kind.about === "step" ? h("p", {}, "信里会写明哪一步、该谁办、到哪天、怎么算的。") : null),
  reviewTitle: "投诉没有按期办理",
  promise: "不收费。答复的天数是服务约定，条例没有写天数。",

  submit: (values, { kind, query }, ids) => ({
    path: "/me/letters",
    body: {
      kind: kind.kind,
      ...(kind.about === "record" ? { recordId: query.of } : {}),
      ...(kind.about === "step" ? { caseId: query.of, clock: query.clock } : {}),
      ...(kind.about === "nothing" ? { jurisdiction: values.jurisdiction } : {}),
      ...(values.topics?.length ? { topics: values.topics } : {}),
      ...(values.to?.trim() ? { to: values.to.trim() } : {}),
      ...(values.text?.trim() ? { text: values.text.trim() } : {}),
      ...(values.direct === "yes" ? { direct: true } : {}),
      evidence: ids,
    },
  }),

  doneLink: (reply) => `#/cases/letters/${reply.id}`,
  receipt: (reply) => ({
    title: reply.isOutside ? "信件已经写好" : "书面请求已提交",
    at: reply.askedAt,
    number: reply.number,
    pairs: [["交给", reply.addressee]],
    next: walkOf("letters", reply),
    more: reply.citations.map(citation),
  }),
};
