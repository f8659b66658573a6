// The places whose residents are served, with the regulation of each and how many articles it has: written in by the server.

const SERVED = __PLACES__;

export const served = SERVED.map((one) => one.id);
export const first = served[0];
export const regulations = SERVED.map((one) => ({ id: one.regulation, title: one.title }));
const homes = SERVED.map((one) => ({ value: one.id, label: one.name }));
export const whichPlace = { name: "jurisdiction", kind: "choice", label: "地区", required: true, options: homes };
export const whereHome = { ...whichPlace, label: "常住地", hint: "两地的记录都会显示；这里只决定问答先讲哪部条例。" };
export const lastArticle = (regulation) => SERVED.find((one) => one.regulation === regulation)?.articles ?? 0;

const NAMES = new Map([...SERVED.map((one) => [one.id, one.name]), ["national", "国家"]]);
export const place = (id) => NAMES.get(id) ?? id ?? "";
