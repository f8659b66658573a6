import { api } from "../api.js";
import { h } from "../dom.js";
import { form } from "../forms.js";
import { MARKS } from "../records.js";
import { rename } from "../router.js";
import { place } from "../served.js";
import { shell } from "../shell.js";
import { badge, button, card, citation, facts, note } from "../ui.js";
import { dateWords, itemWords, RECORD_CLASS } from "../words.js";

const dutiesCard = (duties) =>
  card(
    "您的义务",
    h(
      "ul.bullets",
      {},
      duties.map((one) => h("li", {}, one.text, citation(one.citation))),
    ),
  );

function shown(reply, room) {
  const lines = Array.from({ length: 12 }, () => h("span", {}, reply.watermark.text));
  room.replaceChildren(
    h("p.note.warn", {}, h("span", {}, reply.watermark.text)),
    card(
      `${reply.subjectName} 授权您查看`,
      h("p.small-text", {}, `还可以看 ${reply.usesLeft} 次。内容不会保存在这部手机上。`),
    ),
    h(
      "div.marked",
      {},
      h("div.watermark", { "aria-hidden": "true" }, lines),
      reply.sections.map((section) =>
        h(
          "section.section",
          {},
          h("h2", {}, section.title),
          section.items.length
            ? section.items.map((item) =>
                card(
                  item.title,
                  h(
                    "div.badges",
                    {},
                    item.marks.map((mark) => badge("info", MARKS[mark] ?? "有标注")),
                    item.recordClass ? badge("plain", RECORD_CLASS[item.recordClass] ?? item.recordClass) : null,
                    item.isMarket ? badge("plain", "市场信用信息") : null,
                  ),
                  facts([
                    ["地区", place(item.jurisdiction)],
                    ["来源", item.sourceUnit],
                    ["文书日期", dateWords(item.decidedOn)],
                    ...itemWords(item.items),
                  ]),
                  item.statement ? h("p", {}, `本人说明：${item.statement}`) : null,
                ),
              )
            : h("p.none", {}, "没有信息。"),
        ),
      ),
    ),
    dutiesCard(reply.duties),
  );
  room.firstChild.scrollIntoView();
}

export async function show({ params }) {
  const code = params?.code ?? "";
  if (code) rename("#/redeem");
  return {
    title: "使用授权码",
    body: redeeming(
      "/grants",
      code,
      "输入对方给您的授权码，或者用微信扫对方的二维码。",
      shell.isHere ? button("扫二维码", () => shell.scan(), "quiet") : null,
    ),
  };
}

// `base` is where whoever redeems asks: a person for oneself, a unit's people for the unit that was named.
export function redeeming(base, code, words, more = null) {
  const room = h("div.section");
  const look = async (given) => {
    const found = await api.post(`${base}/look`, { code: given });
    room.replaceChildren(
      card(
        "对方授权的内容",
        facts([
          ["用途", found.purpose],
          ["范围", found.sections.join("、")],
          ["市场信用信息", found.hasMarket ? "含勾选的几条" : "不含"],
          ["有效到", dateWords(found.expires.on)],
          ["还可以看", `${found.usesLeft} 次`],
        ]),
      ),
      dutiesCard(found.duties),
      button("接受用途，查看一次", async () =>
        shown(await api.post(`${base}/redeem`, { code: given, acceptedPurpose: found.purpose }), room),
      ),
    );
    room.firstChild.scrollIntoView();
  };
  return [
    card(
      null,
      h("p", {}, words),
      form(
        [{ name: "code", kind: "text", label: "授权码", required: true, max: 40, value: code }],
        "查看授权内容",
        (values) => look(values.code.trim()),
      ),
      more,
    ),
    note("info", "谁在什么时候看了，会出现在对方的“谁查过我”里。"),
    room,
  ];
}
