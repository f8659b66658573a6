// The page in a web view: opens it where a push, a share card or another page says, and signs in when the page asks.

const { address, fontSize, isLarge, login, route, who } = require("../../shell");

const OFFLINE = { title: "没有网络", text: "请打开手机的移动数据或者无线网络。", isOffline: true };
const NO_PAGE = { title: "没有打开", text: "网络太慢，或者服务正在维护。您办的事都在，没有丢。" };
const NO_CODE = { title: "微信没有让登录", text: "可能是网络不稳，也可能是微信正忙。" };

/** @type {any} */
const page = {
  data: { src: "", trouble: null, size: "" },

  methods: {
    onLoad(query) {
      this.wanted = query || {};
      this.setData({ size: isLarge() ? "large" : "" });
      this.onBack = ({ isConnected }) => isConnected && this.data.trouble?.isOffline && this.open();
      wx.onNetworkStatusChange(this.onBack);
      return this.open();
    },

    onUnload() {
      wx.offNetworkStatusChange(this.onBack);
    },

    async open() {
      if (await this.isOffline()) return this.setData({ src: "", trouble: OFFLINE });
      const { signin, state, notice, to } = this.wanted;
      const aim = notice ? route(`/notices/${notice}`) : route(to);
      const holder = { who: await who(), font: fontSize() };
      if (!signin) return this.setData({ src: address("open", { ...holder, to: aim }), trouble: null });
      try {
        const code = await login();
        this.setData({ src: address("signin", { ...holder, code, state: state || "", to: aim }), trouble: null });
      } catch {
        this.setData({ src: "", trouble: NO_CODE });
      }
      return undefined;
    },

    isOffline: () =>
      new Promise((resolve) =>
        wx.getNetworkType({
          success: ({ networkType }) => resolve(networkType === "none"),
          fail: () => resolve(false),
        }),
      ),

    onPageError() {
      this.setData({ src: "", trouble: NO_PAGE });
    },

    onAgain() {
      return this.open();
    },

    // The card says nothing of whoever sends it, not even where they were.
    onShareAppMessage: () => ({ title: "信用小窗：查自己的信用报告，免费", path: "/pages/index/index" }),
  },
};

Component(page);
