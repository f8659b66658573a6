// Dates, amounts of time and codes in the words that a resident reads. Civil dates are ISO text and stay Shanghai's.

export const dateWords = (iso) => {
  if (!iso) return "";
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  return `${year}年${month}月${day}日`;
};

export const shortDate = (iso) => (iso ? iso.slice(0, 10).replaceAll("-", ".") : "");

const STAMP = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});
export const stampWords = (iso) => (iso ? STAMP.format(new Date(iso)) : "");

const CIVIL = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});
export const civil = (instant) => CIVIL.format(new Date(instant));

// The server's day, so that a phone with a wrong clock still shows the right distance.
let skew = 0;
export const learnTime = (header) => {
  const at = Date.parse(header ?? "");
  if (!Number.isNaN(at) && Math.abs(at - Date.now()) > 60_000) skew = at - Date.now();
};
export const now = () => new Date(Date.now() + skew);
export const today = () => civil(now());

const DAY = 86_400_000;
export const daysBetween = (from, to) =>
  Math.round((Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / DAY);
export const addDays = (iso, days) => new Date(Date.parse(iso.slice(0, 10)) + days * DAY).toISOString().slice(0, 10);

export const distance = (iso) => {
  const days = daysBetween(today(), iso);
  if (days === 0) return "就是今天";
  if (days === 1) return "明天";
  if (days < 0) return `已过 ${-days} 天`;
  if (days < 60) return `还有 ${days} 天`;
  const months = Math.round(days / 30.44);
  return months < 24 ? `还有约 ${months} 个月` : `还有约 ${Math.round(days / 365.25)} 年`;
};

export const PLACES = { dalian: "大连", yunnan: "云南", national: "国家" };
export const place = (id) => PLACES[id] ?? id ?? "";

export const CERTAINTY = {
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

// Documents that show who somebody is.
export const KINDS = [
  { value: "resident_id", label: "居民身份证" },
  { value: "passport", label: "护照" },
  { value: "hk_macau_permit", label: "港澳居民来往内地通行证" },
  { value: "taiwan_permit", label: "台湾居民来往大陆通行证" },
  { value: "hk_macau_taiwan_residence", label: "港澳台居民居住证" },
  { value: "foreign_permanent_residence", label: "外国人永久居留身份证" },
];
