"""Refusals of reviews."""

from api.infra.errors import Conflict


class AlreadyProposed(Conflict):
    code = "already-proposed"
    title = "已经交审核"
    default_detail = "这一件已经有一份拟办意见在等审核。"
    default_step = "请先审核或者退回那一份。"


class SameOfficer(Conflict):
    code = "same-officer"
    title = "要由另一位审核"
    default_detail = "起草的人和已经签过的人不能再签。"
    default_step = "请另一位经办人员打开“审核”签。"


class ReviewOver(Conflict):
    code = "review-over"
    title = "这份拟办意见已经结束"
    default_detail = "它已经签发或者退回。"
    default_step = "请打开案件看现在的进展。"
