// Showing the document number again before the whole of one's data leaves. Shared by whatever waits for it.

import { api, Problem } from "./api.js";
import { h } from "./dom.js";
import { form } from "./forms.js";
import { session } from "./session.js";
import { sheet } from "./ui.js";

export async function stepUp() {
  const done = await sheet("再核验一次身份", (close) => [
    h("p", {}, "这一步涉及完整的个人信息。请输入您绑定的证件号码，5 分钟内有效。"),
    form(
      [{ name: "documentNumber", kind: "text", label: "证件号码", required: true, max: 40 }],
      "继续",
      async (values) => {
        session.take(await api.post("/session/step-up", values));
        close(true);
      },
    ),
  ]);
  if (!done)
    throw new Problem({
      status: 403,
      code: "step-up-needed",
      title: "还没有再次核验",
      detail: "您关闭了核验窗口，这一步没有办理。",
      nextStep: { text: "需要时再点一次即可。" },
    });
}
