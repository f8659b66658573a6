// Forms of steps that need more than a reason.
import { api } from "../api.js";
import { h } from "../dom.js";
import { sendFiles } from "../evidence.js";
import { form } from "../forms.js";
import { again } from "../router.js";
import { citation, sheet, toast } from "../ui.js";

export async function undo(one) {
  const text = await api.get("/me/withdrawals/consent");
  const done = await sheet("恢复公示", (close) => [
    form(
      [
        {
          name: "agreed",
          kind: "tick",
          text: text.text,
          label: "我看过并同意恢复公示",
          required: true,
          covers: ["consentVersion"],
        },
      ],
      "恢复公示",
      async () => {
        await api.post(`/me/withdrawals/${one.id}/undo`, { consentVersion: text.version });
        close(true);
      },
    ),
    citation(text.citation),
  ]);
  if (done) {
    toast("已恢复公示");
    again();
  }
}

export async function edit(one) {
  const { statement } = await api.get(`/me/declarations/form?jurisdiction=${one.jurisdiction}`);
  const done = await sheet("修改申报内容", (close) => [
    form(
      [
        { name: "text", kind: "text", label: "内容", rows: 5, max: 2000, required: true, value: one.text },
        {
          name: "agreed",
          kind: "tick",
          text: statement.text,
          label: "我声明以上内容真实",
          required: true,
          covers: ["statementVersion", "statementAccepted"],
        },
      ],
      "保存修改",
      async (values) => {
        const found = await api.post("/me/declarations/check", {
          jurisdiction: one.jurisdiction,
          kind: one.kind,
          text: values.text,
        });
        const written = found.needsWrittenConsent && found.canBeSubmitted ? await warn(found.warning) : undefined;
        if (found.needsWrittenConsent && found.canBeSubmitted && !written) return;
        await api.post(`/me/declarations/${one.id}/edit`, {
          text: values.text,
          statementVersion: statement.version,
          statementAccepted: true,
          ...(written ? { writtenConsent: written } : {}),
        });
        close(true);
      },
    ),
  ]);
  if (done) {
    toast("已修改");
    again();
  }
}

const warn = (warning) =>
  sheet("请先看清不利影响", (close) => [
    form(
      [{ name: "agreed", kind: "tick", text: warning.text, label: "我已看清，书面同意", required: true }],
      "同意并继续",
      async () => close({ warningVersion: warning.version, accepted: true }),
    ),
    citation(warning.citation),
  ]);

export async function reportStillWrong(one, system) {
  const done = await sheet("还是错的", (close) => [
    h("p", {}, `“${system}”说已经照改。您看到的还是错的，我们要求它重新处理，并重新计算期限。`),
    form(
      [
        { name: "text", kind: "text", rows: 3, max: 2000, label: "看到了什么" },
        { name: "files", kind: "evidence", label: "截图或照片", most: 9 },
      ],
      "要求重新处理",
      async ({ text, files }) => {
        await api.post(`/me/objections/${one.id}/report-still-wrong`, {
          system,
          ...(text?.trim() ? { text: text.trim() } : {}),
          evidence: await sendFiles(files ?? []),
        });
        close(true);
      },
    ),
  ]);
  if (done) {
    toast("已要求重新处理");
    again();
  }
}
