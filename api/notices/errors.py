"""Refusals about notices and about WeChat's events."""

from api.infra.errors import Forbidden, Invalid


class BadSignature(Forbidden):
    """A wrong signature, an old one, or one that was used before: nothing is changed."""

    code = "wechat-signature"
    title = "签名无效"
    default_step = "请检查消息推送的令牌和服务器时间。"


class BadEvent(Invalid):
    code = "wechat-event"
    title = "事件内容无法读取"
    default_step = "请确认消息推送的数据格式为 JSON；用安全模式的，请配置消息加解密密钥。"
