"""What every command knows about its caller: the language to speak and where the archive is said to be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schema.messages import Language, Message, message


@dataclass(frozen=True, slots=True)
class Console:
    """The caller of a command. `home_path` is what --home or ZUOZHENG_HOME named, or None."""

    language: Language
    home_path: Path | None

    def text(self, sentence: Message) -> str:
        """Return a sentence in the caller's language."""
        return sentence.text(self.language)

    def say(self, code: str, /, **params: object) -> str:
        """Return the sentence `code` in the caller's language."""
        return message(code, **params).text(self.language)


def json_line(value: Any) -> str:
    """Return `value` as one line of JSON, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def on_one_line(text: str) -> str:
    """Return text safe for a terminal: control, bidirectional and surrogate characters shown as escapes."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode() for char in text)
