// A day into the phone's own calendar, for those whom no push will reach. The entry says what a push would say.

const { isLarge } = require("../../shell");

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MORNING_SECONDS = 8.5 * 3600;
const BEIJING = "+08:00";

/** @type {any} */
const page = {
  data: { head: "", words: "", canSave: false, canAllow: false, size: "" },

  methods: {
    onLoad({ on = "", title = "" }) {
      const day = decodeURIComponent(on);
      this.title = decodeURIComponent(title).slice(0, 40) || "信用小窗提醒";
      this.start = Date.parse(`${day}T00:00:00${BEIJING}`) / 1000;
      const isDay = DAY.test(day) && !Number.isNaN(this.start);
      const [year, month, number] = day.split("-").map(Number);
      this.setData({
        head: isDay ? `${year}年${month}月${number}日` : "没有这个日子",
        words: isDay ? `${this.title}。当天早上8点半手机会提醒。` : "请回到上一页，再点一次。",
        canSave: isDay,
        size: isLarge() ? "large" : "",
      });
    },

    onSave() {
      wx.addPhoneCalendar({
        title: this.title,
        startTime: this.start + MORNING_SECONDS,
        description: "打开小程序“信用小窗”查看。办理全程免费。",
        alarm: true,
        alarmOffset: 0,
        success: () => {
          wx.showToast({ title: "已存入日历" });
          this.setData({ canSave: false, canAllow: false, words: "已存入手机日历。" });
        },
        fail: ({ errMsg = "" }) => {
          // WeChat asks for it anew at the next tap; its settings have nothing of it.
          if (/privacy/i.test(errMsg))
            return this.setData({ words: "要先同意微信弹出的隐私说明，才能存。请再点一次。", canAllow: false });
          const isDenied = /auth|permission|system deny/i.test(errMsg);
          return this.setData({
            words: isDenied ? "您没有允许使用日历。可以在设置里打开，再回来存。" : "没有存上，可以再试一次。",
            canAllow: isDenied,
          });
        },
      });
    },

    onLeave() {
      wx.navigateBack();
    },
  },
};

Component(page);
