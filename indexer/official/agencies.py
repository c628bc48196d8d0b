"""Names of agencies on lines of their own: the red head, the lines under it, the sign-off. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.official.lines import Line, line

AGENCY = re.compile(
    "[\u4e00-\u9fff（）()·]{1,40}(?:委员会|政府|教委|工委|党委|县委|市委|区委|省委|局|厅|部|办公室|办公厅|办|督导室|党组|总支|支部|工会|团委"
    "|联合会|中心|学校|小学|中学|附中|附小|一中|二中|幼儿园|幼稚园|学院|大学|教学点|完小|科|股|处|站|所|馆|院|公司|银行|小组|指挥部|专班|协会|学会"
    "|组|室|会|总队|支队|大队|园|社|集团|法院|检察院|党支部)"
)
# Sentences and headings that end in the same letters as an agency's name.
_NO_NAME = re.compile(
    r"^[（(]?[一二三四五六七八九十\d]+[、）).]|[，。；：、！？]|^(?:各|关于|本|我|你|贵|由|请|经|在|为|对|和|及|第)"
    "|^(?:扎实|全面|深入|大力|切实|积极|进一步|努力|坚持|加强|打造|构建|推进|提升)|办好|召开|举行|学习|参加|成立|[的——]$|^——"
)
# What the red head says besides the agency's name.
_HEAD_WORDS = re.compile(
    "(?:文件|(?:专题|常务|办公|党组|主任办公|局长办公|校长办公|校务)*会议纪要|纪要|便函|公函|函|命令|令|公告|通告|通报|公报|简报|文)$"
)
_LABEL = re.compile(
    "^(?:发文机关|发文单位|单位名称|单位|落款|制发单位|报送单位|填报单位|学校|学校名称)?(?:[（(](?:盖章|公章|印章|章)[）)])?[：:]"
)
_SEALED = re.compile("[（(]?(?:加?盖章|公章|印章|代章|章|印)[）)]|[★☆*※]")
_BLANK, _WIDE, _ANY = re.compile(r"\s+"), re.compile(r"\s{2,}|[\t\u3000]"), re.compile("$")


def agencies(lines: Iterable[Line], *, head: bool = False) -> tuple[str, ...]:
    """Return the agencies that stand on lines of their own, each once, in order; at the head without the words beside them."""
    found: dict[str, None] = {}
    for entry in lines:
        found |= dict.fromkeys(names(entry, head=head))
    return tuple(found)


def names(entry: Line, *, head: bool = False) -> tuple[str, ...]:
    """Return the agencies on a line that holds nothing else; none when it holds anything else."""
    printed = _LABEL.sub("", _SEALED.sub(" ", entry.printed)).strip()
    # Blanks inside a name are single; those between two names are wide, unless the names have no blanks in them.
    for pattern in (_BLANK, _WIDE, _ANY):
        parts = [_BLANK.sub("", part) for part in pattern.split(printed)]
        bare = [_bare(part, head) for part in parts if part and not (head and part == "文件")]
        if bare and all(map(_name, bare)):
            return tuple(name for part in bare for name in _apart(part))
    return ()


def merged(head: Iterable[str], signed: Iterable[str]) -> tuple[str, ...]:
    """Return the agencies of head and sign-off, each once and by its longest name: 县教委 and 青禾县教育委员会 are one."""
    kept: list[str] = list(dict.fromkeys(head))
    for name in dict.fromkeys(signed):
        same = next(
            (index for index, other in enumerate(kept) if name == other or _short(name, other) or _short(other, name)), None
        )
        if same is None:
            kept.append(name)
        elif len(name) > len(kept[same]):
            kept[same] = name
    return tuple(dict.fromkeys(kept))


def before_about(title: str) -> str:
    """Return the agency that a title names before 关于."""
    name = title.partition("关于")[0] if "关于" in title else ""
    return name if _name(name) else ""


def _bare(part: str, head: bool) -> str:
    return _HEAD_WORDS.sub("", part) if head else part


def _apart(name: str) -> tuple[str, ...]:
    """Return the names that stand in one without a blank between: the second begins like the first (青禾县教育局青禾县公安局)."""
    at = name.find(name[:2], 4)
    if at > 0 and AGENCY.fullmatch(name[:at]) and AGENCY.fullmatch(name[at:]):
        return (name[:at], *_apart(name[at:]))
    return (name,)


def _name(text: str) -> bool:
    return bool(AGENCY.fullmatch(text)) and not _NO_NAME.search(text) and "关于" not in text


def _alike(one: str, other: str) -> bool:
    return one == other or _short(one, other) or _short(other, one)


def _short(short: str, long: str) -> bool:
    """Return whether `short` is an abbreviation of `long`: its characters in order, the last the same."""
    short = short.replace("教委", "教育委员会")
    if len(short) >= len(long) or short[-1] != long[-1]:
        return False
    rest = iter(long)
    return all(character in rest for character in short)


def is_agency(text: str) -> bool:
    """Return whether a text is nothing but the names of agencies."""
    return bool(names(line(text)))
