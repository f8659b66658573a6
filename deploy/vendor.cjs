// Puts WeChat's JS-SDK, as npm has it, among the page's files: `npm ci && npm run vendor`, once, where the set is built.
// It comes as a module of Node's kind; the page loads it as a plain script, and only inside the mini-program.

const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const source = readFileSync(require.resolve("weixin-js-sdk"), "utf8");
const license = readFileSync(path.join(path.dirname(require.resolve("weixin-js-sdk")), "LICENSE"), "utf8");
const folder = path.join(__dirname, "../api/web/static/vendor");
mkdirSync(folder, { recursive: true });
writeFileSync(
  path.join(folder, "jweixin.js"),
  `/*! ${license.trim()} */\n(() => {\nconst module = { exports: {} };\n${source}\nwindow.wx = module.exports;\n})();\n`,
);
