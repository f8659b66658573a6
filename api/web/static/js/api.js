// The public API and nothing else. Problems come as exceptions that carry the server's words; a lost network is its own.

import { onBehalf } from "./helping.js";
import { session } from "./session.js";
import { learnDay } from "./words.js";

const BASE = "/api/v1";
const WAIT_MS = 20_000;

export class Problem extends Error {
  constructor(body) {
    super(body.title);
    Object.assign(this, { errors: [], nextStep: null, citation: null }, body);
  }
}

export class Offline extends Error {}

export const newKey = () =>
  crypto.randomUUID?.() ??
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

const hooks = { ended: () => {}, stepUp: null, stale: () => {} };
export const onApi = (given) => Object.assign(hooks, given);

async function problemOf(response) {
  try {
    const body = await response.json();
    if (body?.title) return new Problem({ ...body, status: response.status });
  } catch {
    // not ours: a proxy's page
  }
  return new Problem({
    status: response.status,
    code: "unexpected",
    title: "服务暂时不可用",
    detail: "没有收到完整的答复。",
    instance: "",
    nextStep: { text: "请过一会儿再试。" },
  });
}

async function reach(path, options) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), WAIT_MS);
  try {
    const response = await fetch(BASE + path, { ...options, signal: abort.signal, cache: "no-store" });
    learnDay(response.headers.get("civil-date"));
    return response;
  } catch {
    throw new Offline();
  } finally {
    clearTimeout(timer);
  }
}

const headersOf = ({ body, key, form, headers }) => ({
  Accept: "application/json",
  ...(body !== undefined && !form ? { "Content-Type": "application/json" } : {}),
  ...(key ? { "Idempotency-Key": key } : {}),
  ...(session.access ? { Authorization: `Bearer ${session.access}` } : {}),
  ...headers,
});

// One refresh at a time over all tabs: a refresh token that is used twice looks like theft.
async function renew(spent) {
  const once = async () => {
    await session.join();
    if (session.access && session.access !== spent) return;
    const refreshToken = session.refresh;
    if (!refreshToken)
      throw new Problem({ status: 401, code: "sign-in-needed", title: "请先登录", detail: "请先登录。" });
    const response = await reach("/session/refresh", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refreshToken }),
    });
    if (!response.ok) throw await problemOf(response);
    session.take(await response.json());
  };
  return navigator.locks ? navigator.locks.request("cw.refresh", once) : once();
}

async function signedIn(again) {
  if (!session.access && session.refresh) await renewOrEnd(null);
  const spent = session.access;
  let response = await again();
  if (response.status === 401 && session.refresh) {
    await renewOrEnd(spent);
    response = await again();
  }
  return response;
}

async function renewOrEnd(spent) {
  try {
    await renew(spent);
  } catch (fault) {
    if (fault instanceof Problem && [400, 401, 403].includes(fault.status)) await hooks.ended(fault);
    throw fault;
  }
}

async function send(method, path, options = {}) {
  const payload = options.form ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await signedIn(() =>
    reach(path, { method, headers: { ...headersOf(options), ...onBehalf(path) }, body: payload }),
  );
  if (response.ok || response.status === 304) return response;
  const problem = await problemOf(response);
  if (problem.code === "too-fast") {
    await new Promise((resolve) => setTimeout(resolve, response.headers.get("Retry-After") * 1000));
    return send(method, path, options);
  }
  if (problem.code === "step-up-needed" && hooks.stepUp && !options.steppedUp) {
    await hooks.stepUp();
    return send(method, path, { ...options, steppedUp: true });
  }
  if ([400, 405].includes(problem.status)) hooks.stale();
  throw problem;
}

const read = async (response) =>
  response.status === 204 || response.headers.get("content-length") === "0" ? null : response.json();

export const api = {
  get: async (path) => read(await send("GET", path)),
  post: async (path, body = {}, options = {}) => read(await send("POST", path, { body, key: newKey(), ...options })),
  put: async (path, body) => read(await send("PUT", path, { body, key: newKey() })),
  patch: async (path, body) => read(await send("PATCH", path, { body, key: newKey() })),
  delete: async (path, body) => read(await send("DELETE", path, body === undefined ? {} : { body })),
  raw: (path, options) => send("GET", path, options),
  blob: async (path, body) => (await send(body ? "POST" : "GET", path, { body, headers: { Accept: "*/*" } })).blob(),

  // Only XMLHttpRequest tells how much of a file has left the phone.
  upload: async (path, form, { key, progress, headers }) => {
    const once = () =>
      new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open("POST", BASE + path);
        for (const [name, value] of Object.entries(
          headersOf({ form, key, body: form, headers: { ...headers, ...onBehalf(path) } }),
        ))
          request.setRequestHeader(name, value);
        request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
        request.onload = () =>
          resolve(
            new Response(request.response || null, {
              status: request.status,
              headers: { "Content-Type": request.getResponseHeader("Content-Type") ?? "" },
            }),
          );
        request.onerror = request.ontimeout = request.onabort = () => reject(new Offline());
        request.timeout = 120_000;
        request.send(form);
      });
    const response = await signedIn(once);
    if (!response.ok) throw await problemOf(response);
    return read(response);
  },
};

export const query = (given) => {
  const pairs = Object.entries(given).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return pairs.length ? `?${new URLSearchParams(pairs)}` : "";
};
