// Handing in: choose a file, match its columns, a trial run, then the real thing. Nothing is stored before the last step.

import { api, newKey, Problem } from "../api.js";
import { h, put } from "../dom.js";
import { button, buttons, card, link, note, unfold } from "../ui.js";
import { recent } from "./deliveries.js";
import { refusedOf, table, title } from "./parts.js";

const STEPS = ["选文件", "对列名", "试跑", "报送"];
const TYPES = {
  csv: "text/csv",
  txt: "text/csv",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  json: "application/json",
  jsonl: "application/x-ndjson",
};
const MOST = 12_000_000;
const SHOWN = 200;
const FEW = 8;
const OFFLINE = {
  title: "没有网络",
  detail: "文件还没有报送，一条也没有入库。",
  nextStep: { text: "网络通了，再试一次。" },
};
const LEAVE = "不报这一列";

const steps = (at) =>
  h(
    "ol.unit-steps",
    {
      "aria-label": at < STEPS.length ? `共 ${STEPS.length} 步，正在第 ${at + 1} 步` : `${STEPS.length} 步都办完了`,
    },
    STEPS.map((name, place) =>
      h(
        place < at ? "li.done" : "li",
        { "data-mark": place < at ? "✓" : place + 1, "aria-current": place === at ? "step" : null },
        name,
      ),
    ),
  );

const size = (bytes) => (bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

export async function draw(_, person) {
  const root = h("div.unit-page");
  const kinds = await api.get("/provider/templates");
  let past = await recent();
  const known = [...new Set(kinds.items.flatMap((kind) => kind.columns.map((column) => column.title)))];
  const state = { file: null, columns: {}, leave: [], trial: null, fault: null, at: 0 };

  async function send(isDry) {
    const ending = state.file.name.toLowerCase().split(".").pop();
    const body = new File([state.file], "file", { type: TYPES[ending] ?? "application/octet-stream" });
    const pairs = new URLSearchParams(isDry ? { dryRun: "true" } : {});
    for (const [theirs, ours] of Object.entries(state.columns)) pairs.append("column", `${theirs}=${ours}`);
    for (const theirs of state.leave) pairs.append("leave", theirs);
    return api.upload(`/provider/records?${pairs}`, body, {
      key: newKey(),
      progress: () => {},
      headers: { "X-File-Name": encodeURIComponent(state.file.name) },
    });
  }

  const asksForColumns = () => state.fault?.code === "columns-unclear" && state.fault.errors.length > 0;

  async function look(file) {
    if (file) Object.assign(state, { file, columns: {}, leave: [] });
    Object.assign(state, { trial: null, fault: null, at: 1 });
    render(h("p.loading", { role: "status" }, "正在试跑，只检查，不报送…"));
    if (state.file.size > MOST) {
      state.fault = new Problem({ title: "文件太大", detail: "一个文件最大 12 MB，请分成几个文件。", nextStep: null });
    } else {
      try {
        state.trial = await send(true);
        state.at = 2;
      } catch (fault) {
        state.fault = fault;
      }
    }
    if (state.fault && !asksForColumns()) state.at = 0; // it is another file that is wanted
    render();
  }

  const drop = () => {
    const input = h("input.unit-hidden", {
      type: "file",
      id: "file",
      accept: ".xlsx,.xls,.csv,.txt,.json,.jsonl",
      onchange: (event) => event.target.files[0] && look(event.target.files[0]),
    });
    const zone = h(
      "div.unit-drop",
      {
        ondragover: (event) => {
          event.preventDefault();
          zone.classList.add("over");
        },
        ondragleave: () => zone.classList.remove("over"),
        ondrop: (event) => {
          event.preventDefault();
          zone.classList.remove("over");
          if (event.dataTransfer.files[0]) look(event.dataTransfer.files[0]);
        },
      },
      state.file
        ? h(
            "div",
            {},
            h("strong", {}, state.file.name),
            h("div.unit-small", {}, `${state.trial ? `${state.trial.rows} 行 · ` : ""}${size(state.file.size)}`),
          )
        : h("span", {}, "把文件拖到这里"),
      input,
      h("label.button.quiet", { for: "file" }, state.file ? "换一个" : "选文件"),
    );
    return card("文件", zone, h("p.unit-small", {}, "Excel（xlsx、xls）、CSV 都收，最大 12 MB，一次最多 10000 行。"));
  };

  const matched = () => {
    const shown = state.trial.columns.filter((one) => one.hasData);
    const kept = shown.filter((one) => one.column && one.isKept).length;
    // What was not matched by its own name comes first: that is what somebody has to look at.
    const isPlain = (one) => Number(one.column === one.header && one.isKept);
    shown.sort((a, b) => isPlain(a) - isPlain(b));
    const taken = (one) =>
      one.column ? (one.isKept ? one.column : `${one.column}（读懂了，不入库）`) : h("td.wrong", {}, LEAVE);
    const row = (one) => [one.header, taken(one), one.example];
    const heads = ["您的列", "对应", "例子"];
    const rest = shown.slice(FEW);
    return card(
      "列名对应",
      h("p.unit-small", {}, `${kept} 列对上，${shown.length - kept} 列不入库；空列不算`),
      table(heads, shown.slice(0, FEW).map(row), "列名对应"),
      rest.length ? unfold(`还有 ${rest.length} 列`, table(heads, rest.map(row), "其余列名对应")) : null,
    );
  };

  const unclear = () => {
    const chosen = new Map();
    const rows = state.fault.errors.map((one) => {
      const proposed = /像是“(.+)”/.exec(one.message)?.[1] ?? "";
      chosen.set(one.field, proposed);
      const select = h(
        "select",
        { "aria-label": `“${one.field}”对应哪一列`, onchange: (event) => chosen.set(one.field, event.target.value) },
        h("option", { value: "" }, "请选择"),
        h("option", { value: LEAVE }, LEAVE),
        known.map((name) => h("option", { value: name, selected: name === proposed }, name)),
      );
      return [one.field, select, proposed ? `像是“${proposed}”` : ""];
    });
    return card(
      "这些列请您定",
      h("p", {}, state.fault.detail),
      table(["您的列", "对应", ""], rows, "请定的列"),
      button("确认，再试跑", () => {
        for (const [theirs, ours] of chosen) {
          const letters = /^第([A-Z]+)列/.exec(theirs)?.[1];
          if (ours === LEAVE) state.leave.push(letters ?? theirs);
          else if (ours) state.columns[theirs] = ours;
        }
        return look();
      }),
    );
  };

  // Why nothing of the file was taken: the matter, its cause and the way on, each on its own line.
  const refused = () => {
    const { title: matter, detail, nextStep } = state.fault instanceof Problem ? state.fault : OFFLINE;
    return [
      note("bad", h("strong", {}, matter)),
      card(
        null,
        detail !== matter ? h("p", {}, detail) : null,
        nextStep?.text ? h("p", {}, nextStep.text) : null,
        buttons(
          state.fault instanceof Problem
            ? h("label.button", { for: "file" }, "换一个文件")
            : button("再试一次", () => look()),
          link("下载模板", "#/formats", "quiet"),
        ),
      ),
    ];
  };

  const result = () => {
    const { accepted, unchanged, refusedCount, refused, notes, deliveryId, isDry } = state.trial;
    const sheets = new Set(state.trial.columns.map((one) => one.sheet));
    const part = (kind, count) => {
      const bar = h(`i.${kind}`);
      bar.style.setProperty("flex-grow", String(count));
      return count ? bar : null;
    };
    const figure = (kind, count, label) => h(`div.${kind}`, {}, h("dt", {}, label), h("dd", {}, String(count)));
    return [
      card(
        isDry ? "试跑结果" : "报送结果",
        h("p.unit-small", { role: "status" }, isDry ? "只检查，还没有报送" : "已经报送"),
        h(
          "div.unit-bar",
          { "aria-hidden": "true" },
          part("new", accepted),
          part("known", unchanged),
          part("refused", refusedCount),
        ),
        h(
          "dl.unit-figures",
          {},
          figure("new", accepted, isDry ? "能收" : "收下"),
          figure("known", unchanged, "已经有了，跳过"),
          figure("refused", refusedCount, "要改"),
        ),
        notes.map((text) => h("p.unit-small", {}, text)),
      ),
      refusedCount
        ? card(
            `要改的${refusedCount}行`,
            table(
              ["行", "列", "现在写的", "哪里不对", "怎么改"],
              refused
                .slice(0, SHOWN)
                .map((one) => [
                  h("td.line", {}, sheets.size > 1 ? `${one.sheet}，` : "", h("span", {}, `第${one.line}行`)),
                  one.column,
                  one.column ? (one.value ?? "空") : "整行",
                  h("td.wrong", {}, one.reason),
                  one.recordId
                    ? [one.howToMend, " ", h("a", { href: `#/records/${one.recordId}` }, "打开那一条")]
                    : (one.howToMend ?? ""),
                ]),
              "要改的行",
            ),
            refused.length > SHOWN ? h("p.unit-small", {}, `这里只列前 ${SHOWN} 处，其余在下载的表里。`) : null,
            button(`下载这${refusedCount}行`, refusedOf(deliveryId), "quiet"),
          )
        : null,
      isDry && accepted + unchanged
        ? buttons(
            h("label.button.quiet", { for: "file" }, "改好再试"),
            button(refusedCount ? `先报${accepted}条` : `报送${accepted}条`, async () => {
              state.trial = await send(false);
              state.at = 4;
              past = await recent();
              render();
            }),
          )
        : null,
      isDry ? null : note("good", "报送完了。", h("a", { href: "#/deliveries" }, "看回执")),
    ];
  };

  function render(waiting = null) {
    const left = h("div", {}, drop(), state.trial ? matched() : null);
    let right = waiting;
    if (state.fault) right = asksForColumns() ? unclear() : refused();
    else if (state.trial) right = result();
    else if (!waiting)
      right = card(
        "怎么报",
        h("p", {}, `${person.unit}只能报本单位作出的决定。`),
        h("p", {}, "先选文件，系统试跑一遍：哪些能收、哪些要改、怎么改，都写出来。确认后才入库。"),
        h("p", {}, h("a", { href: "#/formats" }, "下载模板，看每一列怎么填")),
      );
    put(root, title("报数据", steps(state.at)), h("div.unit-pair", {}, left, h("div", {}, right)), past);
  }
  render();
  return [root];
}
