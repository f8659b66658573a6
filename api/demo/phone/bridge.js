// Put into the page by the stand-in, in place of WeChat's own script: what the page asks of its shell goes to the phone around it.

window.__wxjs_environment = "miniprogram";
window.wx = {
  miniProgram: Object.fromEntries(
    ["navigateTo", "redirectTo", "reLaunch", "navigateBack"].map((name) => [
      name,
      (given = {}) => parent.postMessage({ standIn: name, url: given.url }, location.origin),
    ]),
  ),
};
