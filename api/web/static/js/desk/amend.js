// A correction is written beside what the record has: a row shows what stands there, and takes what shall stand instead.

import { h, uid } from "../dom.js";
import { dateWords } from "../words.js";

const CLASSES = { minor: "轻微", general: "一般", serious: "严重" };
const HINTS = { amount: "单位：万元" };

const said = (cell) => {
  if (cell.value === null) return "没写";
  if (cell.kind === "class") return CLASSES[cell.value] ?? cell.value;
  return cell.kind === "date" ? dateWords(cell.value) : cell.value;
};

function control(cell, value, change, props) {
  const node =
    cell.kind === "class"
      ? h(
          "select",
          props,
          h("option", { value: "" }, "不变"),
          Object.entries(CLASSES)
            .filter(([name]) => name !== cell.value)
            .map(([name, label]) => h("option", { value: name }, label)),
        )
      : (cell.value ?? "").length > 30
        ? h("textarea", { ...props, rows: 3, maxlength: 2000 })
        : h("input", { ...props, type: cell.kind === "date" ? "date" : "text", maxlength: 2000, placeholder: "不变" });
  node.value = value ?? "";
  node.addEventListener(cell.kind === "class" ? "change" : "input", () => change(node.value));
  return node;
}

// One row: the label, what stands there (struck as soon as something takes its place), what shall stand there.
function draw({ cell }, value, change) {
  const id = uid("f");
  const was = h("span.was", {}, said(cell));
  const row = h("div.amend", {}, h("label", { for: id }, cell.label), was);
  const mark = (text) => {
    row.classList.toggle("changed", Boolean(text));
    change(text);
  };
  row.append(
    control(cell, value, mark, { id, name: cell.name, autocomplete: "off", "aria-describedby": `${id}-h ${id}-e` }),
    h("small.sr", { id: `${id}-h` }, `现在登记的：${said(cell)}。${HINTS[cell.kind] ?? ""}`),
    h("p.fault", { id: `${id}-e`, role: "alert" }),
  );
  row.classList.toggle("changed", Boolean(value));
  return row;
}

const field = (cell, more) => ({ name: cell.name, kind: "text", label: cell.label, cell, draw, ...more });
// What the record has comes first; what its form knows and nobody reported is folded below.
export const amendments = (cells) => [
  {
    kind: "say",
    body: h(
      "div.amend.amend-head",
      { "aria-hidden": "true" },
      h("span", {}, "项目"),
      h("span", {}, "现在登记的"),
      h("span", {}, "更正为"),
    ),
  },
  ...cells.filter((cell) => cell.value !== null || !cell.isItem).map((cell) => field(cell)),
  ...cells
    .filter((cell) => cell.value === null && cell.isItem)
    .map((cell) => field(cell, { folded: "补上没有报送的项目" })),
];

export function amended(cells, values) {
  const written = cells.filter((cell) => values[cell.name]);
  return {
    items: Object.fromEntries(
      written.filter((cell) => cell.isItem).map((cell) => [cell.name, values[cell.name].trim()]),
    ),
    ...Object.fromEntries(written.filter((cell) => !cell.isItem).map((cell) => [cell.name, values[cell.name]])),
  };
}
