// What a person let this unit see: by the code that they gave, for the purpose that was agreed, once at a time.

import { redeeming } from "../screens/redeem.js";
import { title } from "./parts.js";

export async function draw() {
  return [
    title("授权查询"),
    redeeming("/provider/grants", "", "输入本人给的授权码。只能看写明给本单位的，只能用在约定的用途上。"),
  ];
}
