"""Refusals about files."""

from api.infra.errors import Conflict, Invalid, TooLarge, Unavailable


class FileTooLarge(TooLarge):
    code = "evidence-too-large"
    title = "文件太大"
    field = "evidence"
    default_detail = "单个文件不能超过 8 MB。"
    default_step = "请压缩图片，或拆分文件后再上传。"


class FileNotAccepted(Invalid):
    code = "evidence-kind"
    title = "不支持这种文件"
    field = "evidence"
    default_detail = "只能上传 JPG、PNG 图片或 PDF 文件，且内容须完整可读。"
    default_step = "请拍照或转成 PDF 后重新上传。"


class FileLocked(Invalid):
    code = "evidence-locked"
    title = "文件有密码"
    field = "evidence"
    default_detail = "这份 PDF 要密码才能打开，我们和办理人员都看不到内容。"
    default_step = "请去掉密码，或者拍照、截图后重新上传。"


class FileInfected(Invalid):
    code = "evidence-infected"
    title = "文件里有病毒"
    field = "evidence"
    default_detail = "这份文件没有通过病毒检查，没有收下。"
    default_step = "请在手机或电脑上查杀病毒，再换一份干净的文件，或者拍照上传。"


class ScannerAway(Unavailable):
    code = "evidence-not-scanned"
    title = "文件暂时查不了病毒"
    default_detail = "病毒检查暂时没有回应，这份文件没有收下。"
    default_step = "请过几分钟重新上传；已经填写的内容不受影响。"


class TooManyPictures(Unavailable):
    code = "evidence-busy"
    title = "上传图片的人很多"
    default_detail = "系统正在处理其他人的图片，这张图片没有收下。"
    default_step = "请过几秒重新上传；已经填写的内容不受影响。"


class TooManyFiles(Conflict):
    code = "evidence-too-many"
    title = "文件太多"
    field = "evidence"
    default_detail = "一件事项里每一方最多附 10 个文件，未使用的文件最多保留 10 个。"
    default_step = "请合并材料，或者先提交已上传的文件。"


class FileNotUsable(Invalid):
    code = "evidence-unknown"
    title = "找不到所附的文件"
    field = "evidence"
    default_detail = "所附的文件不存在、已过期，或已用于其他事项。"
    default_step = "请重新上传文件后再提交。"
