import { stateBadge } from "../cases.js";
import { phoneRow } from "../centres.js";
import { draftLink, drafts } from "../drafts.js";
import { followed } from "../errands.js";
import { cell, cells, emptyOf, note, section } from "../ui.js";
import { allCases, isOpen } from "../underway.js";
import { near, unitWords } from "../words.js";

const DO = [
  ["objection", "记录有错，提异议", "有错、有漏，或者不认识某次查询", "pen"],
  ["omission", "报告里漏了信息", "该有的没有，请单位补上", "plus"],
  ["repair", "申请信用修复", "义务履行完、期限到了，停止公示", "shield"],
  ["withdrawal", "不想公开，撤销公示", "表彰、志愿、捐赠信息（云南）", "star"],
  ["grant", "授权别人查", "给别人一次查看机会，随时收回", "key"],
  ["mandate", "代表单位、监护、代理", "有证明的，替单位或者别人看和办", "file"],
  ["declaration", "自己补充信息", "标明“本人申报，未经核验”", "plus"],
  ["letter", "书面请求、投诉、举报", "写给信用服务机构，举报收费“修复”", "send"],
  ["pledge", "信用承诺", "作出承诺、提交履行证明", "check"],
];

const row = ({ kind, one, title, about, next }) =>
  cell({
    label: `${title} · ${unitWords(about)}`,
    mark: stateBadge(one),
    text: one.ask
      ? one.ask
      : next
        ? `${next.title}，${next.isLate ? "单位超期了，本该" : "最晚"}${near(next.due.on)}`
        : one.number,
    href: `#/cases/${kind}/${one.id}`,
  });

export async function show() {
  const [found, kept] = await Promise.all([allCases(), drafts()]);
  const open = found.filter(isOpen);
  const over = found.filter((one) => !isOpen(one));
  return {
    title: "办事",
    body: [
      open.length ? section("正在办", `${open.length}件`, cells(null, open.map(row))) : null,
      kept.length
        ? section(
            "没写完的",
            "只在这部手机上",
            cells(
              null,
              kept.map((draft) =>
                cell({
                  label: draft.title,
                  text: `${near(draft.day)}存的`,
                  href: draftLink(draft),
                  picture: "pen",
                  tone: "none",
                }),
              ),
            ),
          )
        : null,
      section(
        "要办什么",
        "都不收费",
        cells(
          null,
          DO.map(([flow, label, text, picture]) => cell({ label, text, picture, tone: "good", href: `#/do/${flow}` })),
        ),
      ),
      found.length ? null : emptyOf("list", "还没有办理中的事项", "上面选一件就可以开始。"),
      over.length ? section("办完的", null, cells(null, over.slice(0, 5).map(row))) : null,
      cells(
        "全部",
        followed().map((one) => cell({ label: `我的${one.title}`, href: `#/cases/${one.name}` })),
      ),
      phoneRow(),
      note("info", "有人收钱帮您“修复信用”的，是骗子。"),
    ],
  };
}
