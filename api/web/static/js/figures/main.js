// For everybody: how often each unit was in time. No person, no case and no month stands in it.

import { api, Offline, Problem } from "../api.js";
import { table } from "../desk/table.js";
import { $, h } from "../dom.js";
import { place, served } from "../served.js";
import { card, empty, failure, note } from "../ui.js";
import { dateWords, unitWords } from "../words.js";

const mark = (rate) => (rate < 85 ? "▼" : rate < 95 ? "▽" : "");
const tone = (rate) => (rate < 85 ? "bad" : rate < 95 ? "warn" : "good");

const line = (one) =>
  h(
    "tr",
    {},
    h("th", { scope: "row" }, unitWords(one.unit)),
    one.rate === null
      ? h("td", { colspan: "2" }, "件数太少，不公布")
      : [h(`td.rate.rate-${tone(one.rate)}`, {}, `${mark(one.rate)}${one.rate}%`), h("td", {}, `${one.steps}步以上`)],
  );

const ofPlace = (found) =>
  card(
    place(found.jurisdiction),
    h("p", {}, `${dateWords(found.since)}到${dateWords(found.until)}`),
    found.units.length
      ? table(place(found.jurisdiction), ["单位", "按期", "办了多少"], found.units.map(line))
      : empty("这一年还没有", "有异议和修复办完以后，这里就有数字。"),
  );

async function show() {
  const main = $("#main");
  try {
    const found = await Promise.all(served.map((id) => api.get(`/figures/${id}`)));
    main.replaceChildren(
      h("div.desk-head", {}, h("h1", {}, "各单位按期办结"), h("p", {}, "异议和信用修复，最近四个完整季度")),
      note(
        "info",
        `按期率：每一步按法定或者承诺的日子办完的，占该办完的比例，四舍五入到整数。不到${found[0].floor}步的不公布，免得从一件事认出一个人。每季度更新。`,
      ),
      ...found.map(ofPlace),
      h("p.legend", {}, "▽ 低于95%　▼ 低于85%"),
    );
  } catch (fault) {
    if (!(fault instanceof Problem || fault instanceof Offline)) throw fault;
    main.replaceChildren(failure(fault, show));
  }
}

$("#skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("#main").focus();
});
show();
