// WeChat's question for permission: asked in the tap itself, so everything it needs was fetched before.

const { call, isLarge, randomId, renew, signIn, signOut } = require("../../shell");

const MEANING = "每允许一次，微信可以给您发一条。用完了可以再来允许。锁屏上不写姓名、单位和记录。";
const SWITCHED_OFF = 20004;

const left = (one) =>
  [
    one.isLongTerm ? "一直有效" : `还能发${one.banked}条`,
    one.unconfirmed ? `另有${one.unconfirmed}条等微信确认` : "",
    one.isRefused ? "您拒绝过" : "",
  ]
    .filter(Boolean)
    .join("，");

/** @type {any} */
const page = {
  data: { head: "正在打开…", words: "", templates: [], canAsk: false, canRetry: false, isOff: false, size: "" },

  methods: {
    onLoad() {
      this.setData({ size: isLarge() ? "large" : "" });
      return this.open();
    },

    onUnload() {
      if (this.session) signOut(this.session);
    },

    // Back from WeChat's settings: the main switch may be on by now.
    onShow() {
      return this.wasAway ? this.open() : undefined;
    },

    // A token is good for ten minutes, and one may read for longer.
    async ask(method, path, given = {}) {
      for (const last of [false, true]) {
        this.session = this.session || (await signIn());
        try {
          return await call(method, path, { ...given, token: this.session.accessToken });
        } catch (fault) {
          if (last || fault.status !== 401) throw fault;
          this.session = await renew(this.session).catch(() => null);
        }
      }
      return null;
    },

    async open() {
      this.wasAway = false;
      if (this.untold) return this.tell();
      try {
        const isOn = await this.mainSwitch();
        const said = isOn === null ? {} : { mainSwitch: isOn };
        let view = await this.ask("GET", "/me/subscriptions");
        if (isOn !== null && isOn === view.isSwitchedOff)
          view = await this.ask("POST", "/me/subscriptions", { data: said });
        return this.show(view);
      } catch (fault) {
        return this.stumble(fault);
      }
    },

    mainSwitch: () =>
      new Promise((resolve) =>
        wx.getSetting({
          withSubscriptions: true,
          success: ({ subscriptionsSetting }) => resolve(subscriptionsSetting?.mainSwitch ?? null),
          fail: () => resolve(null),
        }),
      ),

    show(view) {
      this.ids = view.ask;
      const canAsk = view.ask.length > 0;
      const waits = "现在没有要再允许的。拒绝过的，过一个月可以再选；也可以在微信的“设置—通知管理”里改。";
      this.setData({
        head: "到日子，微信告诉您",
        words: canAsk ? MEANING : waits,
        templates: view.templates.map((one) => ({ name: one.name, label: one.label, left: left(one) })),
        canAsk,
        canRetry: false,
        isOff: view.isSwitchedOff,
      });
    },

    stumble(fault) {
      this.setData({ head: fault.message, words: fault.detail, canAsk: false, canRetry: true });
    },

    // WeChat wants its question within the tap: nothing is awaited before it.
    onAsk() {
      wx.requestSubscribeMessage({
        tmplIds: this.ids,
        success: (results) => this.answered({ results }),
        fail: ({ errCode }) => this.answered({ results: {}, errorCode: errCode }),
      });
    },

    async answered(data) {
      this.untold = { data, key: await randomId() };
      return this.tell();
    },

    // What WeChat answered is kept until the server has it, under one key: told twice it still counts once.
    async tell() {
      const { data } = this.untold;
      try {
        const view = await this.ask("POST", "/me/subscriptions", this.untold);
        this.untold = null;
        if (data.errorCode) return this.setData({ isOff: data.errorCode === SWITCHED_OFF, words: view.note });
        return wx.navigateBack();
      } catch (fault) {
        return this.stumble(fault);
      }
    },

    onSettings() {
      this.wasAway = true;
      wx.openSetting({ withSubscriptions: true });
    },

    onRetry() {
      return this.open();
    },

    onLeave() {
      wx.navigateBack();
    },
  },
};

Component(page);
