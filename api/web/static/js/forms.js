// Fields of a form. A field is {name, kind, label, hint, options, required, max, …}; each drawn field can say what is
// wrong with it, and hands its value to `change`.

import { add, h, icon, uid } from "./dom.js";
import { MOST_BYTES, readPicture, whatIsWrong } from "./pictures.js";
import { shell } from "./shell.js";
import { citation, failure } from "./ui.js";
import { dateWords } from "./words.js";

// A choice that has to be made. `options` are the labels by value, or {value, label, text} each.
export const choice = (name, label, options, more) => ({
  name,
  kind: "choice",
  label,
  required: true,
  options: Array.isArray(options) ? options : Object.entries(options).map(([value, label]) => ({ value, label })),
  ...more,
});

// What has to be agreed to: `read` is the text that was read, with its article if it has one.
export const agree = (name, label, { text, citation: source }, covers, short) => ({
  name,
  kind: "tick",
  text,
  label,
  required: true,
  covers,
  short,
  after: source && citation(source),
});

const size = (bytes) =>
  bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;

function choices(field, value, change, many) {
  const id = uid("f");
  const chosen = new Set(many ? (value ?? []) : [value]);
  return h(
    "fieldset.field",
    { "aria-describedby": `${id}-h ${id}-e` },
    h("legend", {}, field.label, field.required ? null : h("small", {}, "（选填）")),
    field.hint ? h("p.hint", { id: `${id}-h` }, field.hint) : null,
    // Above what can be chosen: under a long list nobody sees it.
    h("p.fault", { id: `${id}-e`, role: "alert" }),
    h(
      "div.choices",
      {},
      field.options.map((option) => {
        const input = h("input", {
          type: many ? "checkbox" : "radio",
          name: id,
          value: String(option.value),
          checked: chosen.has(option.value),
          disabled: option.disabled,
          onchange: () => {
            if (!many) change(option.value);
            else {
              input.checked ? chosen.add(option.value) : chosen.delete(option.value);
              change([...chosen]);
            }
          },
        });
        return h(
          "label.choice",
          {},
          input,
          h("span", {}, h("span.cell-label", {}, option.label), option.text ? h("small", {}, option.text) : null),
        );
      }),
    ),
  );
}

// What is too long stays as it was written, and is said: a box that takes no more cuts what is put into it, unheard.
const overBy = (field, value) => (field.kind === "text" && field.max ? Math.max(0, [...value].length - field.max) : 0);

function line(field, value, change, make) {
  const id = uid("f");
  const input = make({
    id,
    "aria-describedby": `${id}-h ${id}-e`,
    required: field.required,
    name: field.name,
    autocomplete: field.autocomplete ?? "off",
  });
  const count = field.max && field.kind === "text" && field.rows ? h("small.count", { "aria-live": "off" }) : null;
  const tell = () => {
    if (!count) return;
    const over = overBy(field, input.value);
    count.textContent = `${[...input.value].length} / ${field.max}${over ? `，多了${over}个字` : ""}`;
    count.classList.toggle("t-bad", over > 0);
  };
  input.value = value ?? "";
  input.addEventListener("input", () => {
    tell();
    change(input.value);
  });
  tell();
  return h(
    "div.field",
    {},
    h("label", { for: id }, field.label, field.required ? null : h("small", {}, "（选填）")),
    field.hint ? h("p.hint", { id: `${id}-h` }, field.hint) : null,
    input,
    field.after?.(input),
    count,
    h("p.fault", { id: `${id}-e`, role: "alert" }),
  );
}

// A promise with all of its words above the tick.
function tick(field, value, change) {
  const id = uid("f");
  const input = h("input", {
    type: "checkbox",
    id,
    checked: value === true,
    "aria-describedby": `${id}-e`,
    onchange: () => change(input.checked),
  });
  return h(
    "div.field",
    {},
    field.text
      ? h(
          "div.agreed",
          {},
          [field.text].flat().map((text) => h("p", {}, text)),
        )
      : null,
    h("label.choice.promise", {}, input, h("span", {}, field.label)),
    h("p.fault", { id: `${id}-e`, role: "alert" }),
    field.after ?? null,
  );
}

// What is wanted, ticked as it comes; each file as a small picture with its name; what cannot be taken is named at once.
function evidence(field, value, change) {
  const files = [...(value ?? [])];
  const list = h("ul.thumbs-row", {});
  const wanted = h("ul.conditions", {});
  const fault = h("p.fault", { role: "alert" });
  const most = field.most ?? 9;
  const show = () => {
    wanted.replaceChildren(
      ...(field.wanted ?? []).map((one) => {
        const isMet = one.isHeld ?? files.length > 0;
        return h(
          `li.${isMet ? "met" : "open"}`,
          {},
          icon(isMet ? "check" : "round"),
          h("span", {}, one.title),
          h("span.side", {}, one.side ?? (isMet ? "已添加" : "还没加")),
          one.text ? h("small", {}, one.text) : null,
        );
      }),
    );
    list.replaceChildren(
      ...files.map((file) =>
        h(
          "li.thumb",
          {},
          h(
            "figure",
            {},
            file.blob.type.startsWith("image/")
              ? h("img", { src: URL.createObjectURL(file.blob), alt: "" })
              : icon("file"),
          ),
          h("span", {}, file.name),
          h("small", {}, size(file.blob.size)),
          h(
            "button",
            {
              "aria-label": `删除 ${file.name}`,
              onclick: () => {
                files.splice(files.indexOf(file), 1);
                change([...files]);
                show();
              },
            },
            icon("cross"),
          ),
        ),
      ),
    );
  };
  const take = async (chosen) => {
    if (files.length >= most) return `最多${most}个文件，“${chosen.name}”没有加上。`;
    const file = await readPicture(chosen);
    if (file.blob.size > MOST_BYTES) return `“${chosen.name}”超过8 MB，请换一个小一些的。`;
    const wrong = await whatIsWrong(file.blob);
    if (wrong) return `“${chosen.name}”${wrong}，没有加上。`;
    files.push(file);
    return null;
  };
  const picker = (label, name, props) => {
    const input = h("input.sr", {
      type: "file",
      ...props,
      onchange: async () => {
        const wrong = [];
        for (const chosen of [...input.files]) wrong.push(await take(chosen));
        input.value = "";
        change([...files]);
        show();
        fault.textContent = wrong.filter(Boolean).join("");
      },
    });
    return h("label.button.quiet", {}, input, icon(name), h("span", {}, label));
  };
  show();
  return h(
    "fieldset.field",
    {},
    h("legend", {}, field.label, field.required ? null : h("small", {}, "（选填）")),
    h("p.hint", {}, field.hint ?? "照片或 PDF，单个不超过8 MB。"),
    wanted,
    list,
    h(
      "div.pickers",
      {},
      picker("拍照", "camera", { accept: "image/*", capture: "environment" }),
      picker("相册或文件", "image", { accept: "image/jpeg,image/png,application/pdf", multiple: !shell.isOneByOne }),
    ),
    fault,
  );
}

const KINDS = {
  choice: (field, value, change) => choices(field, value, change, false),
  many: (field, value, change) => choices(field, value, change, true),
  text: (field, value, change) =>
    line(field, value, change, (props) =>
      field.rows
        ? h("textarea", { ...props, rows: field.rows })
        : h("input", { ...props, type: field.type ?? "text", inputmode: field.inputmode }),
    ),
  date: (field, value, change) =>
    line(field, value, change, (props) => h("input", { ...props, type: "date", min: field.least, max: field.latest })),
  pick: (field, value, change) =>
    line(field, value, change, (props) =>
      h(
        "select",
        props,
        h("option", { value: "" }, "请选择"),
        field.options.map((option) => h("option", { value: option.value }, option.label)),
      ),
    ),
  number: (field, value, change) =>
    line(
      field,
      value,
      (text) => change(text === "" ? null : Number(text)),
      (props) => h("input", { ...props, type: "number", inputmode: "numeric", min: field.least, max: field.latest }),
    ),
  tick,
  evidence,
  say: (field) => h("div.field", {}, field.body),
};

export function drawField(field, value, change) {
  const node = (field.draw ?? KINDS[field.kind])(field, value, change);
  node.dataset.field = field.name ?? "";
  return node;
}

export function showFault(container, name, message) {
  const node = [...container.querySelectorAll("[data-field]")].find((one) => one.dataset.field === name);
  if (!node) return false;
  if (message) node.closest("details")?.setAttribute("open", "");
  const place = node.querySelector(".fault");
  if (place) place.textContent = message;
  const input = node.querySelector("input,textarea,select");
  input?.setAttribute("aria-invalid", message ? "true" : "false");
  if (message) {
    input?.focus();
    place?.scrollIntoView({ block: "nearest" });
  }
  return true;
}

// The field that a refusal means: by its own name, by its name on the wire, or because it covers what is inside.
export const fieldOf = (fields, error) =>
  fields.find(
    (field) =>
      field &&
      (field.name === error.field ||
        field.wire === error.field ||
        (field.covers ?? []).includes(error.field) ||
        (field.kind === "evidence" && ["evidence", "file"].includes(error.field))),
  );

const isEmpty = (value) =>
  value === undefined || value === null || value === "" || value === false || (Array.isArray(value) && !value.length);

// What the phone can tell before the server is asked; the server decides.
function faultOf(field, values) {
  const value = values[field.name];
  if (field.kind === "say") return null;
  if (isEmpty(value)) {
    if (!field.required) return null;
    return (
      {
        tick: "请先勾选同意。",
        choice: "请选一项。",
        pick: "请选一项。",
        many: "请至少选一项。",
        evidence: "请至少添加一个文件。",
        date: "请选日期。",
      }[field.kind] ?? `请填写${field.label}。`
    );
  }
  if (field.least_length && [...String(value).trim()].length < field.least_length)
    return `至少写 ${field.least_length} 个字。`;
  if (overBy(field, value)) return `最多写${field.max}个字，请删去${overBy(field, value)}个。`;
  if (field.kind === "date") {
    if (field.latest && value > field.latest) return `最晚${dateWords(field.latest)}。`;
    if (field.least && value < field.least) return `最早${dateWords(field.least)}。`;
  }
  return field.check?.(value, values) ?? null;
}

// Says at each field what is wrong with it, at the first one last, which so has the focus.
export function hasFaults(container, fields, values) {
  const wrong = fields.map((field) => [field, faultOf(field, values)]).filter(([, fault]) => fault);
  for (const [field, fault] of wrong.reverse()) showFault(container, field.name, fault);
  return wrong.length > 0;
}

// A plain form for one screen: sign-in, identity, a sheet. `second` is another thing that can be done with what is
// written, `without` the fields that it does not need.
export function form(fields, label, send, second = null) {
  const values = Object.fromEntries(
    fields.filter((field) => "value" in field).map((field) => [field.name, field.value]),
  );
  const node = h("form.form", { novalidate: true });
  add(
    node,
    fields.map((field) =>
      drawField(field, values[field.name], (value) => {
        values[field.name] = value;
        showFault(node, field.name, "");
      }),
    ),
  );
  // What few need is folded together below the rest.
  const rare = fields.filter((field) => field.folded);
  if (rare.length) {
    const box = h("details.unfold", {}, h("summary", {}, rare[0].folded), h("div.unfolded"));
    node.append(box);
    for (const field of rare) {
      const drawn = [...node.children].find((one) => one.dataset.field === field.name);
      box.lastChild.append(drawn);
    }
  }
  const submit = h("button.button", {}, h("span", {}, label));
  submit.type = "submit";
  const room = h("div");
  const attempt = async (pressed, work, without = []) => {
    const needed = fields.filter((field) => !without.includes(field.name));
    if (hasFaults(node, needed, values) || pressed.getAttribute("aria-busy") === "true") return;
    pressed.setAttribute("aria-busy", "true");
    room.replaceChildren();
    try {
      await work(values);
    } catch (fault) {
      const unplaced = (fault.errors ?? []).filter(
        (one) => !showFault(node, fieldOf(fields, one)?.name ?? one.field, one.message),
      );
      if (!fault.errors?.length || unplaced.length) {
        room.replaceChildren(failure(fault));
        room.firstChild.focus();
      }
    } finally {
      pressed.removeAttribute("aria-busy");
    }
  };
  const other = second
    ? h(
        "button.button.quiet",
        { onclick: () => attempt(other, second.work, second.without) },
        h("span", {}, second.label),
      )
    : null;
  add(node, room, submit, other);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(submit, send);
  });
  return node;
}
