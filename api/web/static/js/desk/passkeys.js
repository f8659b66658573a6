// Security keys: signing in with one in place of the six digits, and looking after one's own.

import { api, Problem } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { button, buttons, confirm, note, sheet, toast } from "../ui.js";
import { stampWords } from "../words.js";

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
const named = (credentials) => credentials.map((id) => ({ type: "public-key", id: bytes(id) }));

export const areThere = () => Boolean(window.isSecureContext && navigator.credentials && window.PublicKeyCredential);

// What the browser says when nothing came of it, in words.
const WHY = {
  SecurityError: [
    "这个网址用不了安全密钥",
    "安全密钥只认本系统的正式网址。",
    "请从正式网址打开工作台，或者用动态口令登录。",
  ],
  InvalidStateError: [
    "这个安全密钥已经登记过了",
    "它已经在您的名下。",
    "不用再登记；要登记另一个的，请换一个安全密钥。",
  ],
  NotAllowedError: [
    "安全密钥没有用上",
    "取消了、等得太久，或者这个安全密钥没有在您名下登记。",
    "请插好安全密钥再试；密钥不在身边的，用动态口令登录。",
  ],
};
const asked = async (work) => {
  try {
    return await work();
  } catch (fault) {
    const why = WHY[fault.name] ?? (fault instanceof DOMException ? WHY.NotAllowedError : null);
    if (!why) throw fault;
    const [title, detail, step] = why;
    throw new Problem({ status: 400, code: "passkey-unused", title, detail, nextStep: { text: step } });
  }
};

export async function signInBy(username, password) {
  const { challenge, party, credentials, seconds } = await api.post("/staff/session/challenge", { username });
  const found = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: bytes(challenge),
        rpId: party,
        allowCredentials: named(credentials),
        userVerification: "preferred",
        timeout: seconds * 1000,
      },
    }),
  );
  return api.post("/staff/session/passkey", {
    username,
    password,
    credential: found.id,
    clientData: text(found.response.clientDataJSON),
    authenticatorData: text(found.response.authenticatorData),
    signature: text(found.response.signature),
  });
}

async function enrol({ name, currentPassword, otp }) {
  const to = await api.post("/staff/passkeys/challenge", { currentPassword, otp });
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: bytes(to.challenge),
        rp: { id: to.party, name: "信用小窗" },
        user: { id: new TextEncoder().encode(to.member), name: to.username, displayName: to.username },
        pubKeyCredParams: to.algorithms.map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: named(to.credentials),
        authenticatorSelection: { residentKey: "discouraged", userVerification: "preferred" },
        attestation: "none",
        timeout: to.seconds * 1000,
      },
    }),
  );
  await api.post("/staff/passkeys", {
    name,
    credential: made.id,
    clientData: text(made.response.clientDataJSON),
    attestation: text(made.response.attestationObject),
  });
}

const line = (one, again) =>
  h(
    "li",
    {},
    h("strong", {}, one.name),
    h(
      "small",
      {},
      `　${stampWords(one.createdAt)}登记，${one.usedAt ? `${stampWords(one.usedAt)}最后用过` : "还没有用过"}`,
    ),
    buttons(
      button(
        "删除",
        async () => {
          const isSure = await confirm(
            "删除安全密钥",
            `“${one.name}”以后不能再用来登录；动态口令照常可以用。`,
            "删除",
            "danger",
          );
          if (!isSure) return;
          await api.delete(`/staff/passkeys/${one.id}`);
          toast("已删除");
          again();
        },
        "quiet.small",
      ),
    ),
  );

// One's own keys: those there are, and one more. `fields` are those by which one proves oneself.
export async function lookAfter(fields) {
  const { items } = await api.get("/staff/passkeys");
  const again = () => lookAfter(fields);
  const isDone = await sheet("安全密钥", (close) => [
    h("p", {}, "登记以后，登录时插上或者碰一下安全密钥，就不用输动态口令；假冒的网站骗不走它。"),
    items.length
      ? h(
          "ul.bullets",
          {},
          items.map((one) =>
            line(one, () => {
              close(false);
              again();
            }),
          ),
        )
      : note("info", "还没有登记。电脑自带的指纹、面容、PIN，或者插 USB 的安全密钥，都可以登记。"),
    areThere()
      ? form(
          [
            {
              name: "name",
              kind: "text",
              label: "给它起个名字",
              required: true,
              max: 40,
              hint: "如：钥匙扣上的、办公室电脑。",
            },
            ...fields,
          ],
          "登记一个",
          async (values) => {
            await enrol(values);
            close(true);
          },
        )
      : note("warn", "这个浏览器或者这个网址用不了安全密钥。"),
    h("p", {}, "密钥丢了：用动态口令登录，在这里删掉它。两样都丢了：请管理人员重设登录。"),
  ]);
  if (!isDone) return;
  toast("安全密钥登记好了，下次登录就能用。");
  again();
}
