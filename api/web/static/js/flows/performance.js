import { api } from "../api.js";

export const flow = {
  id: "performance",
  title: "提交履行证明",
  submitLabel: "提交",
  prepare: async (query) => ({ pledge: await api.get(`/me/pledges/${encodeURIComponent(query.record ?? "")}`) }),
  steps: ({ pledge }) => [
    {
      title: pledge.title,
      lead: pledge.content,
      fields: [{ name: "note", kind: "text", rows: 4, max: 1000, least_length: 2, label: "做了什么", required: true }],
    },
    { title: "证明材料", fields: [{ name: "files", kind: "evidence", label: "证明", most: 9 }] },
  ],
  submit: (values, { pledge }, ids) => ({
    path: `/me/pledges/${pledge.id}/performance`,
    body: { note: values.note.trim(), evidence: ids },
  }),
  doneLink: (reply) => `#/cases/pledges/${reply.id}`,
  receipt: (reply) => ({
    title: "履行证明已提交",
    next: `${reply.recipientUnit}看过后会写明结果，并记入信用记录。`,
    hrefLabel: "查看承诺",
  }),
};
