// A result in writing as it will stand on paper: the page shows the same data.

import { api } from "./api.js";
import { h } from "./dom.js";
import { shell } from "./shell.js";
import { dateWords } from "./words.js";

export async function download(path, name, body) {
  if (shell.isHere) return shell.paper(path, name); // a web view can neither keep nor open a file
  const url = URL.createObjectURL(await api.blob(path, body));
  h("a", { href: url, download: name }).click();
  return setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const paper = (result, isDraft = false) =>
  h(
    `article.paper${isDraft ? ".draft" : ""}`,
    {},
    isDraft ? h("p.draft-mark", {}, "草稿　还没有作出决定，不得送达") : null,
    h("h2", {}, result.title),
    h("p", {}, `编号：${result.number}`),
    result.passages.map((one) => [h("h3", {}, one.heading), one.paragraphs.map((text) => h("p", {}, text))]),
    result.lawNames?.length ? h("p", {}, `依据：${result.lawNames.join("；")}`) : null,
    h("p", {}, `${result.issuedBy}　${dateWords(result.issuedOn)}`),
  );
