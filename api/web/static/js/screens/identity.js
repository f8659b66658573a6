import { api, Problem } from "../api.js";
import { phoneRow } from "../centres.js";
import { h } from "../dom.js";
import { choice, form } from "../forms.js";
import { loadMe, me } from "../me.js";
import { go } from "../router.js";
import { place, whereHome } from "../served.js";
import { session } from "../session.js";
import { card, facts, link, note, sheet } from "../ui.js";
import { dateWords, KINDS, stampWords } from "../words.js";

// In development whoever was chosen at sign-in finds the invented name and number filled in.
function demoPerson() {
  try {
    const one = JSON.parse(sessionStorage.getItem("cw.demo"));
    return one?.number ? one : null;
  } catch {
    return null;
  }
}

export async function show() {
  const mine = await me();
  if (mine?.isBound) {
    return {
      title: "实名信息",
      body: card(
        "已完成实名核验",
        facts([
          ["姓名", mine.maskedName],
          [mine.documentTitle, mine.maskedNumber],
          ["所在地", place(mine.jurisdiction)],
          ["核验时间", dateWords(mine.boundAt)],
        ]),
        link("看信用报告", "#/report"),
      ),
    };
  }
  const parted = mine?.releasedAt
    ? note(
        "warn",
        `${stampWords(mine.releasedAt)}，信用中心窗口核对证件后，把原来绑在这个微信上的身份解除了绑定。不是您本人办的，请马上联系信用中心。`,
      )
    : null;
  const demo = demoPerson();
  const fields = [
    {
      name: "name",
      kind: "text",
      label: "姓名",
      required: true,
      max: 60,
      autocomplete: "name",
      hint: "与证件上的一致。",
      ...(demo ? { value: demo.name } : {}),
    },
    {
      name: "documentNumber",
      kind: "text",
      label: "证件号码",
      required: true,
      max: 40,
      hint: "居民身份证18位，最后一位可能是 X。",
      ...(demo ? { value: demo.number } : {}),
    },
    { ...whereHome, ...(demo ? { value: demo.number.startsWith("21") ? "dalian" : "yunnan" } : {}) },
    choice("documentKind", "证件类型", KINDS, { value: "resident_id", folded: "不是居民身份证？" }),
    { name: "bornOn", kind: "date", label: "出生日期", hint: "用居民身份证时不用填。", folded: "不是居民身份证？" },
  ];
  return {
    title: "核对身份",
    body: [
      parted,
      card(
        "核对您的身份",
        h("p", {}, "先核对是您本人，才能看没有公开的信用信息。证件信息加密保存，不会出现在消息和网址里。"),
        form(fields, "核对", async ({ bornOn, ...rest }) => {
          session.take(await api.post("/me/identity", { ...rest, ...(bornOn ? { bornOn } : {}) }));
          await loadMe();
          const wanted = sessionStorage.getItem("cw.wanted");
          sessionStorage.removeItem("cw.wanted");
          go(wanted ?? "#/report", { replace: true });
        }),
      ),
      note("info", "未满18周岁的没有信用报告：信用主体是有完全民事行为能力的人。"),
      phoneRow(),
    ],
  };
}

// Showing the document number again before the whole of one's data leaves. Shared by whatever waits for it.
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
