"""Refusals at the window."""

from api.infra.errors import Forbidden


class NotAtWindow(Forbidden):
    code = "not-at-window"
    title = "不能在窗口代办"
    default_detail = "这次窗口代办已经结束，或者这件事要本人自己办。"
    default_step = "请重新核对当事人的证件，再开始一次；要本人自己办的，请告诉当事人怎么办。"
