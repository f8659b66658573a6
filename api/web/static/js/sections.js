// The parts of a report in their order, as the page names them where the server has not.
export const SECTIONS = {
  basic: "基础信息",
  dishonesty: "失信信息",
  commendation: "表彰奖励等信息",
  other: "其他信息",
  declaration: "本人自主申报（未经核验）",
  pledge: "信用承诺和践诺",
};
