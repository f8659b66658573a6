// Everything that lasts longer than a page is in wx.storage, which WeChat keeps for each of its users apart.
App({});
