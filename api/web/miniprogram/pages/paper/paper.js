// A document of the page: a web view can neither keep nor open one. The page hands over a ticket that is good once, for a minute.

const { API, isLarge } = require("../../shell");

const PATH = /^\/me\/[\w\-/.]{1,200}$/;

/** @type {any} */
const page = {
  data: { head: "正在取文件…", words: "", canOpen: false, canSend: false, size: "" },

  methods: {
    onLoad({ ticket = "", path = "", name = "" }) {
      this.setData({ size: isLarge() ? "large" : "" });
      const wanted = decodeURIComponent(path);
      this.name = decodeURIComponent(name) || "文件.pdf";
      this.isPdf = this.name.endsWith(".pdf");
      this.file = `${wx.env.USER_DATA_PATH}/${this.name}`;
      if (!PATH.test(wanted) || wanted.includes("..")) return this.fail("没有这份文件", "请回到上一页，再点一次。");
      this.task = wx.downloadFile({
        url: API + wanted,
        header: { Authorization: `Ticket ${decodeURIComponent(ticket)}` },
        filePath: this.file,
        timeout: 60000,
        success: ({ statusCode }) => (this.isLeft ? this.forget() : this.take(statusCode)),
        fail: () => this.fail("没有取到", "网络断了。请回到上一页，再点一次。"),
      });
      return undefined;
    },

    // What was taken stays no longer on the phone than this page, nor does what comes after one has left it.
    onUnload() {
      this.isLeft = true;
      this.task?.abort();
      this.forget();
    },

    forget() {
      wx.getFileSystemManager().unlink({ filePath: this.file, fail: () => {} });
    },

    take(status) {
      if (status === 401)
        return this.fail("要再点一次", "为了安全，每次只能取一份，一分钟内有效。请回到上一页，再点一次。");
      if (status !== 200) return this.fail("没有取到", "请过一会儿，回到上一页再点一次。");
      if (this.isPdf) return this.onOpen();
      return this.setData({
        head: this.name,
        words:
          "微信不能直接打开这种文件。发给“文件传输助手”或者自己的电脑，就能保存。里面有您的个人信息，请不要发给别人。",
        canSend: true,
      });
    },

    onOpen() {
      wx.openDocument({
        filePath: this.file,
        fileType: "pdf",
        showMenu: true,
        success: () =>
          this.setData({ head: this.name, words: "右上角的菜单里可以保存和发送。", canOpen: true, canSend: true }),
        fail: () => this.fail("打不开这份文件", "可以发到微信里，在电脑上打开。", true),
      });
    },

    onSend() {
      wx.shareFileMessage({ filePath: this.file, fileName: this.name, fail: () => {} });
    },

    fail(head, words, canSend = false) {
      this.setData({ head, words, canOpen: false, canSend });
    },

    onLeave() {
      wx.navigateBack();
    },
  },
};

Component(page);
