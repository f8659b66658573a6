// Files added to a case that is already filed: each under a key of its own, so that a second try sends nothing twice.

import { api, newKey } from "./api.js";
import { h } from "./dom.js";
import { form } from "./forms.js";
import { sheet, toast } from "./ui.js";

export async function sendFile(path, file, progress) {
  file.key ??= newKey();
  if (file.id) return file.id;
  const body = new FormData();
  body.append("file", file.blob, file.name);
  file.id = (await api.upload(path, body, { key: file.key, progress })).id ?? file.key;
  return file.id;
}

export async function sendFiles(files) {
  const ids = [];
  for (const file of files) ids.push(await sendFile("/me/evidence", file, () => {}));
  return ids;
}

export async function addEvidence(path, after) {
  const done = await sheet("补充材料", (close) => {
    const bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": "上传进度" });
    return [
      form([{ name: "files", kind: "evidence", label: "材料", required: true, most: 5 }], "上传", async ({ files }) => {
        bar.hidden = false;
        for (const file of files)
          await sendFile(path, file, (part) => {
            bar.value = part;
          });
        close(true);
      }),
      bar,
    ];
  });
  if (done) {
    toast("材料已收到");
    after();
  }
}
