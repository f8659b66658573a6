// The code on a document, or of a grant: both are addresses of ours, and the page goes on from there.

const { HOST, isLarge, route } = require("../../shell");

const MEANS = "可以扫信用报告、决定书上的二维码，查真假；也可以扫别人出示的授权码、帮手码。";
const PAPER = /^\/verify\/?#([\w-]{4,64})$/;
const HASH = /^\/(?:\?[^#]*)?#(\/(?:redeem|verify|helping)\/[\w-]{4,64})$/;

const routeOf = (text) => {
  if (!text.startsWith(`${HOST}/`)) return null;
  const rest = text.slice(HOST.length);
  const paper = PAPER.exec(rest);
  if (paper) return `/verify/${paper[1]}`;
  return HASH.exec(rest)?.[1] ?? null;
};

/** @type {any} */
const page = {
  data: { head: "扫一扫", words: MEANS, size: "" },

  methods: {
    onLoad() {
      this.setData({ size: isLarge() ? "large" : "" });
      this.onScan();
    },

    onScan() {
      wx.scanCode({
        scanType: ["qrCode"],
        success: ({ result }) => {
          const found = routeOf(result || "");
          if (found) return wx.reLaunch({ url: `/pages/index/index?to=${encodeURIComponent(route(found))}` });
          return this.setData({ head: "不是信用小窗的码", words: MEANS });
        },
        fail: () => this.setData({ head: "没有扫到", words: MEANS }),
      });
    },

    onLeave() {
      wx.navigateBack();
    },
  },
};

Component(page);
