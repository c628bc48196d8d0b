"""The query language as people type it, with any input method, read into a tree. Pure; nothing typed is ever an error.

- Words with blanks between them must all be found, anywhere; a word matches where it literally stands (`indexer.match`), so half
  a sentence of Chinese is one exact phrase. `"…"`, “…”, 「…」, 『…』 keep blanks inside a phrase.
- `-word` excludes, `NOT word` too; `a OR b` (或, |) joins its two neighbours, closer than the blank; parentheses group.
- `word*` lets the last Latin or number run go on.
- `point:C12` `unit:` `department:` `year:2021..2023` `type:pdf,docx` `status:` `basis:` ask for a property, `文号:` `title:`
  `name:` for a text in that place. Chinese names: 要点 单位 科室 年份 类型 状态 依据 文号 标题 文件名. Of values with commas
  between them any will do.
- Quotes and parentheses are operators only where a word begins or ends: 关于“双减”工作 and 荣教政发（2023）78号 are words. A
  quotation mark without its partner at an end of a word is left out.
- A document number is one phrase, with blanks in it too; with other brackets, 第 or leading zeros (<2023>第078号) it is also
  looked for as it is written by rule: (2023)78号.
- Operators may be full width. What makes no sense as an operator is searched as words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from indexer.fold import search_form
from indexer.number import number_at, number_forms
from indexer.query import And, Expr, Not, Or, Phrase, Property

PARTS = {"文号": "number", "number": "number", "标题": "title", "title": "title", "文件名": "name", "name": "name"}
PROPERTIES = {
    "要点": "point", "评估要点": "point", "point": "point", "单位": "unit", "学校": "unit", "unit": "unit",
    "科室": "department", "责任科室": "department", "部门": "department", "department": "department",
    "年份": "year", "年度": "year", "年": "year", "year": "year", "类型": "type", "格式": "type", "type": "type",
    "状态": "status", "status": "status", "依据": "basis", "basis": "basis",
}  # fmt: skip
_CLOSING = {'"': '"', "＂": "＂", "“": "”", "”": "”", "„": "”", "「": "」", "『": "』"}
_OPEN, _CLOSE, _MINUS, _STARS, _BARS, COMMAS = "(（", ")）", "-－−–—", "*＊", "|｜", ",，、"
_OPERATORS = {"or": "OR", "and": "AND", "not": "NOT"}
_OR_WORD = "或"
_FIELD = re.compile(r"([^\W\d_]+)[:：﹕]\s*")
_YEAR = r"((?:19|20)[0-9]{2})"
_YEARS = re.compile(rf"{_YEAR}?年?(?:\.\.+|-+|…+|至|到){_YEAR}?年?|{_YEAR}年?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_LETTER = re.compile(r"[\w%]")
# What cannot end a word.
_PLAIN = re.compile(rf"[^\s{re.escape(_OPEN + _CLOSE + _BARS + COMMAS)}]+")
# Groups inside groups; what opens beyond is left out.
_DEEPEST = 30


def parse(query: str) -> Expr:
    """Return the tree of a query; a query without words gives And(()), which everything satisfies."""
    return _Parser(query).parse()


def property_values(name: str, text: str) -> tuple[str, ...]:
    """Return the folded values a property is asked for; none when the text makes no sense for it."""
    form = search_form(text)
    if name != "year":
        return (form,) if form else ()
    match = _YEARS.fullmatch(form)
    if not match or not (match[1] or match[2] or match[3]):
        return ()
    first, last = sorted((int(match[3] or match[1] or _FIRST_YEAR), int(match[3] or match[2] or _LAST_YEAR)))
    return tuple(str(year) for year in range(first, last + 1))


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
        self.marks: list[Expr] = []
        self.steps = (self._bar, self._number, self._parenthesis, self._minus, self._quoted, self._field)

    def parse(self) -> Expr:
        while self.at < len(self.query):
            if self.query[self.at].isspace():
                self.at += 1
            elif not any(step() for step in self.steps):
                self._word()
        while len(self.groups) > 1:
            self._close()
        return self.groups[0].close() or self._nothing_but_marks()

    def _nothing_but_marks(self) -> Expr:
        """Return what is left of a query of punctuation or of operators alone: the query as it stands."""
        form = search_form(self.query)
        if len(self.marks) == 1:
            return self.marks[0]
        return And(tuple(self.marks)) if self.marks or not form else Phrase(form)

    def _bar(self) -> bool:
        if self.query[self.at] not in _BARS:
            return False
        self.groups[-1].joining = True
        self.at += 1
        return True

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
        depth, at = 0, self.at
        while at < len(self.query):
            quote = _CLOSING.get(self.query[at])
            if quote and (end := self.query.find(quote, at + 1)) >= 0:
                at = end
            depth += (self.query[at] in _OPEN) - (self.query[at] in _CLOSE)
            if depth == 0:
                return self._ends_word(at + 1)
            at += 1
        return True

    def _close(self) -> None:
        expr = self.groups.pop().close()
        if expr is not None:
            self.groups[-1].add(expr)

    def _minus(self) -> bool:
        following = self.query[self.at + 1 : self.at + 2]
        if self.query[self.at] not in _MINUS or not following or following.isspace() or following in _MINUS + _CLOSE + _BARS:
            return False
        self.groups[-1].negating = True
        self.at += 1
        return True

    def _number(self, part: str = "") -> bool:
        """Take a document number and what is written on to it."""
        found = number_at(self.query, self.at)
        if not found:
            return False
        self.at = found.end()
        forms = number_forms(found, self._take(begun=True).rstrip(_STARS))
        ways = tuple(Phrase(form, part) for form in (forms[:1] if part else forms))
        self.groups[-1].add(ways[0] if len(ways) == 1 else Or(ways))
        return True

    def _quoted(self, part: str = "") -> bool:
        inside = self._quotation()
        if inside is None:
            return False
        starred = self.at < len(self.query) and self.query[self.at] in _STARS
        self.at += starred
        self._add(inside, part, quoted=True, open_end=starred)
        return True

    def _quotation(self, ends: str = "") -> str | None:
        """Take what stands in quotation marks here, if a word (or one of `ends`) ends with them; else None."""
        closing = _CLOSING.get(self.query[self.at : self.at + 1])
        end = self.query.find(closing, self.at + 1) if closing else -1
        if end < 0 or not (self._ends_word(end + 1) or self.query[end + 1] in ends):
            return None
        inside, self.at = self.query[self.at + 1 : end], end + 1
        return inside

    def _field(self) -> bool:
        match = _FIELD.match(self.query, self.at)
        name = search_form(match[1]) if match else ""
        if not match or match.end() == len(self.query) or not (name in PARTS or name in PROPERTIES):
            return False
        start, self.at = self.at, match.end()
        if name in PARTS:
            part = PARTS[name]
            if not (self._quoted(part) or (part == "number" and self._number(part))):
                self._add_word(self._take(), part)
            return True
        values = self._values(PROPERTIES[name])
        if values:
            self.groups[-1].add(Property(PROPERTIES[name], values))
        else:
            self.at = start
        return bool(values)

    def _values(self, name: str) -> tuple[str, ...]:
        """Take the values of a property, separated by commas; none when one of them makes no sense."""
        found: list[str] = []
        while True:
            inside = self._quotation(COMMAS)
            values = property_values(name, self._take(COMMAS) if inside is None else inside)
            if not values:
                return ()
            found += values
            following = self.query[self.at : self.at + 2]
            if len(following) < 2 or following[0] not in COMMAS or following[1].isspace():
                return tuple(dict.fromkeys(found))
            self.at += 1

    def _word(self) -> None:
        word = self._take()
        operator = _OPERATORS.get(search_form(word)) if word.isupper() else "OR" if word == _OR_WORD else None
        if operator == "OR":
            self.groups[-1].joining = True
        elif operator == "NOT":
            self.groups[-1].negating = True
        elif operator is None:
            self._add_word(word, "")

    def _take(self, stops: str = "", *, begun: bool = False) -> str:
        """Take the word that begins here up to a blank, a bar or one of `stops`; at least one character unless it has `begun`."""
        start, depth = self.at, 0
        while self.at < len(self.query):
            if plain := _PLAIN.match(self.query, self.at):
                self.at = plain.end()
                continue
            here, inside = self.query[self.at], begun or self.at > start
            if here.isspace() or (inside and here in _BARS + stops):
                break
            if inside and here in _CLOSE and depth == 0 and len(self.groups) > 1:
                break
            depth = max(0, depth + (here in _OPEN) - (here in _CLOSE))
            self.at += 1
        return self.query[start : self.at]

    def _ends_word(self, at: int) -> bool:
        return at >= len(self.query) or self.query[at].isspace() or self.query[at] in _CLOSE + _STARS + _BARS

    def _add_word(self, word: str, part: str) -> None:
        word = _without_lone_quotes(word)
        self._add(word.rstrip(_STARS) or word, part, open_end=word[-1] in _STARS)

    def _add(self, text: str, part: str, *, quoted: bool = False, open_end: bool = False) -> None:
        form = search_form(text)
        if not form:
            return
        phrase = Phrase(form, part, open_end)
        if quoted or part or _LETTER.search(form):
            self.groups[-1].add(phrase)
        else:
            self.marks.append(phrase)


def _without_lone_quotes(word: str) -> str:
    """Return a word without a quotation mark at its beginning or end whose partner it does not hold."""
    if len(word) > 1 and word[0] in _CLOSING and _CLOSING[word[0]] not in word[1:]:
        word = word[1:]
    opening = {opening for opening, closing in _CLOSING.items() if closing == word[-1]}
    return word[:-1] if len(word) > 1 and opening and opening.isdisjoint(word[:-1]) else word
