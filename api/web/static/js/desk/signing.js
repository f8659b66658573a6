// Signing in with a second factor and out again, for officers and for people of a unit.

import { api, Offline, Problem } from "../api.js";
import { form } from "../forms.js";
import { session } from "../session.js";

export const signInForm = (done) =>
  form(
    [
      { name: "username", kind: "text", label: "用户名", required: true, max: 40, autocomplete: "username" },
      {
        name: "password",
        kind: "text",
        type: "password",
        label: "密码",
        required: true,
        max: 200,
        autocomplete: "current-password",
      },
      {
        name: "otp",
        kind: "text",
        label: "动态口令",
        required: true,
        max: 6,
        inputmode: "numeric",
        autocomplete: "one-time-code",
        check: (value) => (/^\d{6}$/.test(value) ? null : "动态口令是 6 位数字。"),
      },
    ],
    "登录",
    async (values) => {
      const reply = await api.post("/staff/session", values);
      session.take(reply);
      done(reply.staff);
    },
  );

// The session ends here also where the server does not answer.
export async function signOut() {
  try {
    await api.delete("/staff/session");
  } catch (fault) {
    if (!(fault instanceof Problem || fault instanceof Offline)) throw fault;
  }
  await session.end();
  location.hash = "#/";
}
