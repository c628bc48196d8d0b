r"""RTF: our own walk, for striprtf loses headers, notes, comments, text boxes and the borders of table cells.

A group is `{…}`; its first control word may make it a destination, text that belongs somewhere else or nowhere. Groups inherit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from indexer.readers.rtf_story import Story
from indexer.readers.rtf_tokens import WESTERN, Token, charset, code_page, decoded, tokens
from indexer.reading import Block, Limits, Reading, corrupt
from schema.messages import message
from schema.model import TextStatus

_STORIES = {
    "header": "header", "headerl": "header", "headerr": "header", "headerf": "header", "footer": "footer", "footerl": "footer",
    "footerr": "footer", "footerf": "footer", "footnote": "note", "annotation": "comment", "shptxt": "textbox",
    "dptxbxtext": "textbox",
}  # fmt: skip
# Destinations without text of the document, written with and without the mark `\*`; those with it and unknown are left out, too.
_SKIPPED = frozenset(
    "fonttbl colortbl stylesheet info pict filetbl private fldinst objdata objclass nonshppict sp shprslt xe tc rxe txe upr"
    " nonesttables listtable listoverridetable revtbl atnid atnauthor atndate atnref atrfstart atrfend bkmkstart bkmkend template"
    " ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn pntxta pntxtb pnseclvl generator mmath".split()
)
_READ_WITH_STAR = frozenset({"shpinst", "shptxt", "footnote", "annotation", "dptxbxtext", "ud", "do", "shpgrp", "nesttableprops"})
_META = ("title", "author")
_CHARACTERS = {
    "tab": "\t", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS = {"~": " ", "_": "-", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n", "\t": "\t"}
_BREAKS: dict[str, Callable[[Story], None]] = {
    "par": Story.paragraph, "sect": Story.paragraph, "page": Story.paragraph, "line": Story.line_break, "column": Story.paragraph,
    "softline": Story.line_break, "cell": Story.cell, "nestcell": Story.nested_cell, "row": Story.row,
    "nestrow": Story.nested_row,
}  # fmt: skip
# A file of so few characters with a picture is a scan pasted into it (the same bound as for pdf pages).
_SCAN = 15
_PICTURES = frozenset({"jpegblip", "pngblip", "dibitmap", "wbitmap"})


@dataclass(slots=True)
class _Group:
    """What holds inside a group: whose text it is (None: nobody's), the encoding, how much a Unicode character replaces."""

    story: Story | None
    encoding: str = ""
    skip: int = 1
    deleted: bool = False
    star: bool = False
    meta: str = ""
    owner: bool = False


@dataclass(slots=True)
class _Walk:
    """The walk over the tokens of one file."""

    left: int
    page: str = WESTERN
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    groups: list[_Group] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    waiting: bytearray = field(default_factory=bytearray)
    to_skip: int = 0
    pictures: bool = False
    objects: int = 0
    body: Story = field(default_factory=lambda: Story("body"))
    closed: bool = False

    def take(self, token: Token) -> bool:
        """Take in one token; return whether to go on."""
        if token.kind == "bytes":
            self._bytes(token.data)
        elif token.kind == "open":
            self._open()
        elif token.kind == "close":
            return self._close()
        elif token.kind == "word":
            self._word(token.word, token.number)
        else:
            self._symbol(token.word)
        return self.left > 0

    def finish(self) -> tuple[Block, ...]:
        """Return the blocks, those of the body first; what is open at the end of a cut file counts as closed."""
        self._flush()
        for group in self.groups:
            self._end_story(group)
        return (*self.body.blocks(), *dict.fromkeys(self.blocks))

    def _open(self) -> None:
        self._flush()
        self.to_skip = 0
        top = self.groups[-1] if self.groups else _Group(self.body)
        self.groups.append(_Group(top.story, top.encoding, top.skip, top.deleted, meta=top.meta))

    def _close(self) -> bool:
        self._flush()
        self.to_skip = 0
        if not self.groups:
            return False
        self._end_story(self.groups.pop())
        self.closed = not self.groups
        # What follows the outermost group is no part of the document.
        return bool(self.groups)

    def _end_story(self, group: _Group) -> None:
        if group.owner and group.story is not None:
            self.blocks += group.story.blocks()

    def _bytes(self, data: bytes) -> None:
        if not self.groups:
            return
        skipped = min(self.to_skip, len(data))
        self.to_skip -= skipped
        group = self.groups[-1]
        if (group.story is not None and not group.deleted) or group.meta:
            self.waiting += data[skipped:]

    def _flush(self) -> None:
        """Decode what was gathered: only now are both bytes of a character together."""
        if not self.waiting or not self.groups:
            return
        group = self.groups[-1]
        self._text(decoded(bytes(self.waiting), group.encoding or self.page))
        self.waiting.clear()

    def _text(self, text: str) -> None:
        group = self.groups[-1]
        if group.meta:
            self.meta[group.meta] = self.meta.get(group.meta, "") + text
        elif group.story is not None and not group.deleted:
            group.story.text(text)
            self.left -= len(text)

    def _symbol(self, symbol: str) -> None:
        if not self.groups:
            return
        if symbol == "*":
            self.groups[-1].star = True
        elif self.to_skip:
            self.to_skip -= 1
        elif symbol in _SYMBOLS:
            self._flush()
            self._text(_SYMBOLS[symbol])

    def _word(self, word: str, number: int | None) -> None:
        if not self.groups:
            return
        group = self.groups[-1]
        self.to_skip = 0
        if word == "u":
            self._unicode(number or 0)
        elif word in _BREAKS:
            self._flush()
            if group.story is not None:
                _BREAKS[word](group.story)
        elif word in _CHARACTERS:
            self._flush()
            self._text(_CHARACTERS[word])
        elif not self._destination(group, word):
            self._property(group, word, number)

    def _unicode(self, number: int) -> None:
        self._flush()
        self._text(chr(number % 0x10000))
        self.to_skip = self.groups[-1].skip

    def _destination(self, group: _Group, word: str) -> bool:
        """Turn the group into the destination `word`; return whether it is one."""
        star, group.star = group.star, False
        if word in _STORIES:
            if group.story is not None:
                group.story, group.owner = Story(_STORIES[word]), True
        elif word in _META and len(self.groups) > 2 and self.groups[-2].story is None:
            group.meta = word
        elif word == "ud":
            # The Unicode half of {\upr{…}{\*\ud{…}}} belongs where the whole does.
            group.story = self.groups[-3].story if len(self.groups) > 2 else None
        elif word in _SKIPPED or (star and word not in _READ_WITH_STAR):
            group.story = None
        else:
            return False
        return True

    def _property(self, group: _Group, word: str, number: int | None) -> None:
        if word == "f":
            self.font = number or 0
            self._switch(group, self.fonts.get(self.font, ""))
        elif word == "fcharset":
            self.fonts[self.font] = charset(number)
        elif word == "ansicpg":
            self.page = code_page(number)
        elif word == "uc":
            group.skip = max(0, number if number is not None else 1)
        elif word in ("deleted", "plain"):
            self._flush()
            group.deleted = word == "deleted" and number != 0
        elif word in ("intbl", "pard") and group.story is not None:
            group.story.in_table = word == "intbl"
        self.pictures |= word in _PICTURES
        self.objects += word == "object"

    def _switch(self, group: _Group, encoding: str) -> None:
        if encoding != group.encoding:
            self._flush()
            group.encoding = encoding


def read(path: Path, limits: Limits) -> Reading:
    """Read body, tables, headers, footers, notes, comments and text boxes. Raises RefusedError."""
    walk = _Walk(limits.characters + 1)
    for token in tokens(path.read_bytes()):
        if not walk.take(token):
            break
    cut = not walk.closed and walk.left > 0
    blocks = walk.finish()
    text = "".join(block.text for block in blocks)
    if cut and not text.strip():
        raise corrupt("the outermost group does not end")
    warnings = [message("reading.warning.damaged", detail="the outermost group does not end")] if cut else []
    if walk.objects:
        warnings.append(message("reading.warning.objects", count=walk.objects))
    meta = tuple((name, value.strip()) for name, value in walk.meta.items() if value.strip())
    scanned = len(text) < _SCAN and walk.pictures
    status = TextStatus.NEEDS_OCR if scanned else TextStatus.PARTIAL if cut else TextStatus.OK
    return Reading(status, "", None, blocks, meta, tuple(warnings), "zuozheng rtf")
