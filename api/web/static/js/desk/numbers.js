// The number by which records are looked up where it is of somebody: whose kind of document it is of, its form tells.

import { choice } from "../forms.js";
import { KINDS } from "../words.js";

const RESIDENT = /^[1-8]\d{16}[\dX]$/i;
const kindOf = (number) =>
  /^8[123]\d{15}[\dX]$/i.test(number)
    ? "hk_macau_taiwan_residence"
    : /^[\dA-Z]{18}$/i.test(number) && !RESIDENT.test(number)
      ? "unified_code"
      : "resident_id";

// For the few whose number tells nothing.
export const kindField = choice("documentKind", "证件类型", KINDS, {
  required: false,
  folded: "护照、通行证、外国人永久居留身份证",
});
export const ofWhom = (number, kind) => ({
  documentNumber: number.trim().toUpperCase(),
  documentKind: kind || kindOf(number.trim()),
});
