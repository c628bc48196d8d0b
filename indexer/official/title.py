"""Title and kind of a paper, and to whom it is addressed (GB/T 9704-2012, 7.3.1 and 7.3.2). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.official.agencies import names
from indexer.official.dates import dated
from indexer.official.head import Hit
from indexer.official.lines import Line

# A title runs over so many lines at most; what is longer than this is no title.
_TITLE_LINES, _TITLE, _SHORT = 5, 140, 60
_OFFICIAL = "决议|决定|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|复函|函|会议纪要|纪要"
_USUAL = (
    "方案|计划|总结|规划|办法|细则|规定|制度|条例|规程|规则|章程|预案|要点|汇报|说明|台账|名单|清单|目录|记录|协议|协议书|合同|统计表|汇总表|登记表"
    "|一览表|明细表|花名册|职责表|安排表|评分表|自查表|考核表|课程表|功能表|签到表|登记册|倡议书|承诺书|责任书|责任状|意见书|建议书|告知书|公开信"
    "|证明|简报|案例|教案|指南|公示|手册|标准|声明|讲话|议程|日程|分工表|任务书|申请|申请书|申请表|倡议"
)
_DRAFT = "(?:[（(](?:试行|暂行|征求意见稿|送审稿|讨论稿|草案|修订|修订稿|试行稿|修订版|[0-9]{4}年?(?:修订|修正|版|版本))[）)])?"
_ENDS = re.compile(f"({_OFFICIAL}|{_USUAL}){_DRAFT}$")
_ENDS_OFFICIALLY = re.compile(f"(?:的|[》”）)])(?:{_OFFICIAL}){_DRAFT}$")
_OPENS = re.compile("关于|印发|转发|批转|发布")
# What may precede 关于 on the line: nothing, an agency, the beginning of a longer name.
_LEAD = re.compile("[\u4e00-\u9fff0-9（）()、·]{0,40}")
_NO_TITLE = re.compile(
    r"[。；：;:，！!？?]|,$|^附件|^附[：:]|^[\d（(]+[.、．）)]|^[一二三四五六七八九十]{1,3}、|^抄送|^主题词|^[\d\s\-—/.★]+$|^第[一二三四五六七八九十百\d]+[条章节]"
)
_CITED = re.compile("^(?:根据|按照|依据|依照|贯彻|落实|现将|为|现就|遵照)")
_KINDS = {"复函": "函", "会议纪要": "纪要", "意见书": "意见", "协议书": "协议", "申请书": "申请", "申请表": "申请"}
_ORDER = re.compile("^[\u4e00-\u9fff]{2,30}(?:令|命令)$")
_DRAFT_LINE = re.compile(f"^{_DRAFT[:-1]}$")
_ADDRESSED = re.compile("[：:]$")
_NOT_ADDRESSED = re.compile(
    "[。；！？]|如下|现将|现予|予以|特此|发出|^(?:经|根据|按照|为|自|对照|近期|近日|因|由于)|附件|时间|地点|联系|要求|内容|主题|目标|原则|意义|甲方"
    "|乙方|姓名|编号|^[一二三四五六七八九十]、|^（[一二三四五六]）|^\\d"
)
_WHO = re.compile(
    "[各校园局委府部科处室组级会院站办党行所镇乡厅馆学县市区师生员工友仁们民]|街道|单位|机构|中心|家长|同志|老师|同学|领导|公司|人员"
)
_RECIPIENT_LINES, _RECIPIENTS = 5, 300


def title(lines: Sequence[Line], number_at: int) -> tuple[Hit | None, int]:
    """Return the title among the lines of a head and the index of the line after it.

    First 关于…的<kind> over up to five lines; for an order the head itself; else a short line that names its kind, after the
    number rather than before it.
    """
    order = next((at for at, entry in enumerate(lines[: max(number_at, 0)]) if _ORDER.match(entry.text)), -1)
    if order >= 0 and not any(_OPENS.search(entry.text) for entry in lines[:number_at]):
        return Hit(lines[order].text, order, "title-order", 0.9), number_at + 1
    for at, entry in enumerate(lines):
        if _begins(entry):
            text, end = _joined(lines, at)
            if text:
                return Hit(text, at, "title-about", 0.95), end
    for at in (*range(number_at + 1, len(lines)), *range(max(number_at, 0))):
        if found := _short_title(lines, at):
            return found
    return None, max(number_at + 1, 0)


def kind(text: str) -> str:
    """Return the kind of paper (文种) that closes a title, by its official name; empty when none does."""
    match = _ENDS.search(text.rstrip('》”"'))
    return _KINDS.get(match[1], match[1]) if match else ""


def recipients(lines: Sequence[Line], start: int) -> Hit | None:
    """Return to whom the paper is addressed: the first lines after the title up to a colon, when they name units."""
    joined, first = "", -1
    for at in range(start, min(start + 10, len(lines))):
        entry = lines[at]
        if not joined and (names(entry) or dated(entry.printed)[1] or _set_apart(entry)):
            continue
        if entry.in_table or _NOT_ADDRESSED.search(entry.text) or (first >= 0 and at - first >= _RECIPIENT_LINES):
            return None
        first = at if first < 0 else first
        joined += entry.text
        if len(joined) > _RECIPIENTS:
            return None
        if _ADDRESSED.search(joined):
            joined = joined.rstrip("：: ")
            return Hit(joined, first, "recipients", 0.93) if _WHO.search(joined) and len(joined) > 1 else None
    return None


def could_be_title(entry: Line) -> bool:
    """Return whether a line may belong to a title: no sentence, no heading, no row of a table."""
    return not entry.in_table and not _NO_TITLE.search(entry.text)


def closes(text: str) -> bool:
    """Return whether a text ends with a kind of paper, its book titles closed."""
    return bool(_ENDS.search(text)) and text.count("《") <= text.count("》") and text.count("（") <= text.count("）")


def _begins(entry: Line) -> bool:
    match = _OPENS.search(entry.text)
    if not match or _CITED.match(entry.text) or not could_be_title(entry):
        return False
    return bool(_LEAD.fullmatch(entry.text[: match.start()]))


def _joined(lines: Sequence[Line], start: int) -> tuple[str, int]:
    """Return the lines from `start` on joined up to the one that closes the title, and the index after it; "" when none does."""
    text, closed, end = "", "", start
    for at in range(start, min(start + _TITLE_LINES, len(lines))):
        entry = lines[at]
        # A kind that is not official may only be the middle of the title: 考核方案 / 制定工作的通知.
        if not could_be_title(entry) or (closed and (_ENDS_OFFICIALLY.search(closed) or _alone(entry))):
            break
        text += entry.text
        if len(text) > _TITLE:
            break
        if closes(text) and (not closed or _ENDS_OFFICIALLY.search(text)):
            closed, end = text, at + 1
    if closed and end < len(lines) and _DRAFT_LINE.match(lines[end].text):
        closed, end = closed + lines[end].text, end + 1
    return closed, end


def _alone(entry: Line) -> bool:
    """Return whether a line stands for itself, and so goes on with no title."""
    return bool(names(entry) or dated(entry.printed)[1] or _begins(entry))


def _short_title(lines: Sequence[Line], at: int) -> tuple[Hit, int] | None:
    entry = lines[at]
    if len(entry.text) > _SHORT or not _ENDS.search(entry.text) or not could_be_title(entry):
        return None
    end, text = at + 1, entry.text
    # A long title without 关于, broken anywhere: its first lines stand above it, at the head of the paper.
    while at > 0 and end - at < _TITLE_LINES and _goes_on(lines[at - 1]) and not any(map(_sentence, lines[: at - 1])):
        at, text = at - 1, lines[at - 1].text + text
    if end < len(lines) and _DRAFT_LINE.match(lines[end].text):
        text, end = text + lines[end].text, end + 1
    return Hit(text, at, "title-kind", 0.8), end


def _goes_on(entry: Line) -> bool:
    """Return whether a line may be the beginning of the title below it."""
    return (
        could_be_title(entry) and not closes(entry.text) and not _alone(entry) and not _set_apart(entry) and len(entry.text) > 3
    )


def _sentence(entry: Line) -> bool:
    return bool(_NO_TITLE.search(entry.text)) and not entry.compact.isdigit()


def _set_apart(entry: Line) -> bool:
    """Return whether a line stands between title and recipients: the number, a note in parentheses."""
    return bool(re.search(r"(?:^|[〕\])】）])第?\d{1,5}[号期]$", entry.compact)) or (
        entry.text.startswith(("（", "(")) and entry.text.endswith(("）", ")"))
    )
