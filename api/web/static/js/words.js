// Dates, amounts of time and codes in the words that a resident reads. Civil dates are ISO text and stay Shanghai's.

export const dateWords = (iso) => {
  if (!iso) return "";
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  return `${year}年${month}月${day}日`;
};

// The items of a record as its unit sent them: days are read as all others are.
export const itemWords = (items) =>
  Object.entries(items ?? {}).map(([label, value]) => [
    label,
    /^\d{4}-\d\d-\d\d$/.test(value) ? dateWords(value) : value,
  ]);

// An article's number as statutes write it: 十, 四十二, 一百零一.
export const articleWords = (article) => {
  if (!/^\d{1,3}$/.test(article)) return `第${article}条`;
  const [hundreds, tens, ones] = [...article.padStart(3, "0")].map((one) => "零一二三四五六七八九"[one]);
  const words = `${hundreds}百${tens}十${ones}`
    .replace(/零[百十]/g, "零")
    .replace(/零+/g, "零")
    .replace(/^零|零$/g, "");
  return `第${words.replace(/^一十/, "十")}条`;
};

const STAMP = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
export const stampWords = (iso) => {
  if (!iso) return "";
  const part = Object.fromEntries(STAMP.formatToParts(new Date(iso)).map((one) => [one.type, one.value]));
  return `${part.year}年${part.month}月${part.day}日 ${part.hour}:${part.minute}`;
};

const CIVIL = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});
export const civil = (instant) => CIVIL.format(new Date(instant));

// The server's civil day, which comes with each answer; without a network the last one. A phone's clock decides nothing.
const DAY_KEY = "cw.day";
let day = localStorage.getItem(DAY_KEY) ?? civil(Date.now());
export const learnDay = (header) => {
  if (!/^\d{4}-\d\d-\d\d$/.test(header ?? "") || header === day) return;
  day = header;
  localStorage.setItem(DAY_KEY, day);
};
export const today = () => day;

const DAY = 86_400_000;
export const daysBetween = (from, to) =>
  Math.round((Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / DAY);
export const addDays = (iso, days) => new Date(Date.parse(iso.slice(0, 10)) + days * DAY).toISOString().slice(0, 10);

const weekday = (iso) => "日一二三四五六"[new Date(`${iso.slice(0, 10)}T00:00Z`).getUTCDay()];
export const weekdayWords = (iso) => `周${weekday(iso)}`;
export const monthOf = (iso) => `${Number(iso.slice(5, 7))}月`;
export const dayOf = (iso) => String(Number(iso.slice(8, 10)));
export const dotted = (iso) => iso.slice(0, 10).split("-").map(Number).join(".");

// Without the year where it is this one.
export const near = (iso) => {
  if (!iso) return "";
  const words = dateWords(iso);
  return iso.slice(0, 4) === today().slice(0, 4) ? words.slice(5) : words;
};

export const distance = (iso) => {
  const days = daysBetween(today(), iso);
  if (days === 0) return "就是今天";
  if (days === 1) return "明天";
  if (days < 0) return `已过${-days}天`;
  if (days < 60) return `还有${days}天`;
  const months = Math.round(days / 30.44);
  return months < 24 ? `还有约${months}个月` : `还有约${Math.round(days / 365.25)}年`;
};

// What stands in brackets says only that a unit of the demo is made up: once, on the record itself, is enough.
export const unitWords = (name) => (name ?? "").replace(/（示例）/g, "");

const CERTAINTY = {
  SEED: "条例原文",
  SEEN: "已见公开来源",
  FRAG: "仅见片段，未核实",
  DRAFT: "仅见征求意见稿，未核实",
  INFER: "推断，未核实",
  RECALL: "未核实",
};
export const certaintyWords = (mark) => CERTAINTY[String(mark ?? "").toUpperCase()] ?? "";
export const isVerified = (mark) => ["SEED", "SEEN"].includes(String(mark ?? "").toUpperCase());

export const RECORD_CLASS = { minor: "轻微", general: "一般", serious: "严重" };
export const PUBLIC_ATTRIBUTE = { public: "社会公开", authorised: "授权查询", government: "政务共享" };

// Documents that show who somebody is.
export const KINDS = [
  { value: "resident_id", label: "居民身份证" },
  { value: "passport", label: "护照" },
  { value: "hk_macau_permit", label: "港澳居民来往内地通行证" },
  { value: "taiwan_permit", label: "台湾居民来往大陆通行证" },
  { value: "hk_macau_taiwan_residence", label: "港澳台居民居住证" },
  { value: "foreign_permanent_residence", label: "外国人永久居留身份证" },
];

// The parts of a report in their order, as the page names them where the server has not.
export const SECTIONS = {
  basic: "基础信息",
  dishonesty: "失信信息",
  commendation: "表彰奖励等信息",
  other: "其他信息",
  declaration: "本人自主申报（未经核验）",
  pledge: "信用承诺和践诺",
};

export const workingDaysWords = (left) =>
  left < 0 ? `已经晚了${-left}个工作日` : left === 0 ? "今天到期" : `还有${left}个工作日`;
