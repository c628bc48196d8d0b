"""The query language: text as people type it, with any input method, to a tree. Pure; nothing typed is ever an error.

- Words with blanks between them must all be found, anywhere; a word matches where it literally stands (`indexer.match`), so half
  a sentence of Chinese is one exact phrase. `"…"`, “…”, 「…」, 『…』 keep blanks inside a phrase.
- `-word` excludes; `a OR b` (also `|`) joins its two neighbours, closer than the blank; parentheses group; `NOT`, `AND` too.
- `word*` lets the last Latin or number run go on.
- `point:C12` `point:preschool/C12` `unit:` `year:2021..2023` `type:pdf` `status:` `basis:` ask for a property, `文号:` `title:`
  `name:` for a text in that place. Chinese names: 要点 单位 年份 类型 状态 依据 文号 标题 文件名.
- Quotes and parentheses are operators only where a word begins or ends: 关于“双减”工作 and 荣教政发（2023）78号 are words.
- Operators may be full width. What makes no sense as an operator is searched as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from indexer.fold import search_form


@dataclass(frozen=True, slots=True)
class Phrase:
    """A folded phrase. `part` is "" (anywhere), number, title or name; `open_end` lets its last run go on."""

    text: str
    part: str = ""
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Property:
    """A document whose property `name` (point, unit, year, type, status, basis) has one of `values` (folded)."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What `part` does not hold for."""

    part: Expr


@dataclass(frozen=True, slots=True)
class And:
    """What all `parts` hold for; without parts: everything."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What one of `parts` holds for; without parts: nothing."""

    parts: tuple[Expr, ...]


Expr = Phrase | Property | Not | And | Or

PARTS = {"文号": "number", "number": "number", "标题": "title", "title": "title", "文件名": "name", "name": "name"}
PROPERTIES = {
    "要点": "point", "point": "point", "单位": "unit", "unit": "unit", "年份": "year", "year": "year",
    "类型": "type", "type": "type", "状态": "status", "status": "status", "依据": "basis", "basis": "basis",
}  # fmt: skip
_CLOSING = {'"': '"', "＂": "＂", "“": "”", "”": "”", "„": "”", "「": "」", "『": "』"}
_OPEN, _CLOSE, _MINUS, _STARS = "(（", ")）", "-－−", "*＊"
_OPERATORS = {"or": "OR", "and": "AND", "not": "NOT", "|": "OR"}
_FIELD = re.compile(r"([^\W\d_]+)[:：]\s*")
_YEARS = re.compile(r"((?:19|20)\d\d)(?:(?:\.\.+|-|…+)((?:19|20)\d\d))?年?")
_LETTER = re.compile(r"[\w%]")
_DEEPEST = 30


def parse(query: str) -> Expr:
    """Return the tree of a query; a query without words gives And(()), which everything satisfies."""
    return _Parser(query).parse()


def phrases(expr: Expr) -> tuple[Phrase, ...]:
    """Return the phrases that a document may match to satisfy `expr` (those under no Not), in the order written."""
    return tuple(dict.fromkeys(_positive(expr)))


def _positive(expr: Expr) -> Iterator[Phrase]:
    if isinstance(expr, Phrase):
        yield expr
    elif isinstance(expr, And | Or):
        for part in expr.parts:
            yield from _positive(part)


@dataclass(slots=True)
class _Group:
    """An open parenthesis: conjuncts, each a list of alternatives."""

    negated: bool = False
    conjuncts: list[list[Expr]] = field(default_factory=list)
    joining: bool = False
    negating: bool = False

    def add(self, expr: Expr) -> None:
        if self.negating:
            expr = Not(expr)
        if self.joining and self.conjuncts:
            self.conjuncts[-1].append(expr)
        else:
            self.conjuncts.append([expr])
        self.joining = self.negating = False

    def close(self) -> Expr | None:
        parts = [options[0] if len(options) == 1 else Or(tuple(options)) for options in self.conjuncts]
        if not parts:
            return None
        expr = parts[0] if len(parts) == 1 else And(tuple(parts))
        return Not(expr) if self.negated else expr


class _Parser:
    def __init__(self, query: str) -> None:
        self.query = query
        self.at = 0
        self.groups = [_Group()]
        # Words of punctuation alone are left out, unless the query has nothing else.
        self.marks: list[Phrase] = []

    def parse(self) -> Expr:
        while self.at < len(self.query):
            if self.query[self.at].isspace():
                self.at += 1
            elif not (self._parenthesis() or self._minus() or self._quoted("") or self._field()):
                self._word()
        while len(self.groups) > 1:
            self._close()
        return self.groups[0].close() or self._nothing_but_marks()

    def _nothing_but_marks(self) -> Expr:
        """Return what is left of a query of punctuation or of operators alone: the query as it stands."""
        form = search_form(self.query)
        return And(tuple(self.marks)) if self.marks or not form else Phrase(form)

    def _parenthesis(self) -> bool:
        here = self.query[self.at]
        if here in _CLOSE and len(self.groups) > 1:
            self._close()
        elif here in _OPEN and len(self.groups) == _DEEPEST:
            pass
        elif here in _OPEN and self._opens_group():
            self.groups.append(_Group(negated=self.groups[-1].negating))
            self.groups[-2].negating = False
        else:
            return False
        self.at += 1
        return True

    def _opens_group(self) -> bool:
        """Parentheses that are part of a word, as in (2023)78号, are followed by the rest of that word."""
        depth = 0
        for at in range(self.at, len(self.query)):
            depth += (self.query[at] in _OPEN) - (self.query[at] in _CLOSE)
            if depth == 0:
                return self._ends_word(at + 1)
        return True

    def _close(self) -> None:
        expr = self.groups.pop().close()
        if expr is not None:
            self.groups[-1].add(expr)

    def _minus(self) -> bool:
        following = self.query[self.at + 1 : self.at + 2]
        if self.query[self.at] not in _MINUS or not following or following.isspace() or following in _MINUS + _CLOSE:
            return False
        self.groups[-1].negating = True
        self.at += 1
        return True

    def _quoted(self, part: str) -> bool:
        closing = _CLOSING.get(self.query[self.at : self.at + 1])
        end = self.query.find(closing, self.at + 1) if closing else -1
        if end < 0 or not self._ends_word(end + 1):
            return False
        inside = self.query[self.at + 1 : end]
        self.at = end + 1
        self._add(inside, part, quoted=True, open_end=self._star())
        return True

    def _star(self) -> bool:
        starred = self.at < len(self.query) and self.query[self.at] in _STARS
        self.at += starred
        return starred

    def _field(self) -> bool:
        match = _FIELD.match(self.query, self.at)
        name = search_form(match[1]) if match else ""
        if not match or match.end() == len(self.query) or not (name in PARTS or name in PROPERTIES):
            return False
        start, self.at = self.at, match.end()
        if name in PARTS:
            if not self._quoted(PARTS[name]):
                self._add(self._take(), PARTS[name])
            return True
        values = property_values(PROPERTIES[name], self._value())
        if values:
            self.groups[-1].add(Property(PROPERTIES[name], values))
        else:
            self.at = start
        return bool(values)

    def _value(self) -> str:
        closing = _CLOSING.get(self.query[self.at])
        end = self.query.find(closing, self.at + 1) if closing else -1
        if end < 0:
            return self._take()
        value, self.at = self.query[self.at + 1 : end], end + 1
        return value

    def _word(self) -> None:
        word = self._take()
        operator = _OPERATORS.get(search_form(word)) if search_form(word) == "|" or word.isupper() else None
        if operator == "OR":
            self.groups[-1].joining = True
        elif operator == "NOT":
            self.groups[-1].negating = True
        elif operator is None:
            self._add(word.rstrip(_STARS) or word, "", open_end=word[-1] in _STARS)

    def _take(self) -> str:
        """Take the word that begins here, at least one character."""
        start, depth = self.at, 0
        while self.at < len(self.query) and not self.query[self.at].isspace():
            here = self.query[self.at]
            if here in _CLOSE and depth == 0 and len(self.groups) > 1 and self.at > start:
                break
            depth = max(0, depth + (here in _OPEN) - (here in _CLOSE))
            self.at += 1
        return self.query[start : self.at]

    def _ends_word(self, at: int) -> bool:
        return at >= len(self.query) or self.query[at].isspace() or self.query[at] in _CLOSE + _STARS

    def _add(self, text: str, part: str, *, quoted: bool = False, open_end: bool = False) -> None:
        form = search_form(text)
        if not form:
            return
        phrase = Phrase(form, part, open_end)
        if quoted or part or _LETTER.search(form):
            self.groups[-1].add(phrase)
        else:
            self.marks.append(phrase)


def property_values(name: str, text: str) -> tuple[str, ...]:
    """Return the folded values a property is asked for; none when the text makes no sense for it."""
    form = search_form(text)
    if name != "year":
        return (form,) if form else ()
    match = _YEARS.fullmatch(form)
    if not match:
        return ()
    first, last = sorted((int(match[1]), int(match[2] or match[1])))
    return tuple(str(year) for year in range(first, last + 1))
