"""Why a command cannot go on. Everything about the material itself is a Finding, never an exception."""

from __future__ import annotations

from schema.messages import Message, message


class ArchiveError(Exception):
    """A command cannot go on. Its message says what happened and what to do; the launcher exits with `exit_code`."""

    exit_code = 1

    def __init__(self, code: str, /, **params: object) -> None:
        self.message: Message = message(code, **params)
        super().__init__(self.message.text("en"))


class ArchiveBusyError(ArchiveError):
    """Another process holds the archive (BSD sysexits: EX_TEMPFAIL)."""

    exit_code = 75


class FaultsError(ArchiveError):
    """A file of ours (settings, register, framework) has faults; all of them are reported at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("schema.faults", count=len(faults))


class Fault:
    """One fault in a data file: which file, where in it, and what to do about it.

    `place` is a line ("第 12 行") or a path of keys ("point[3].scope"); empty when the file as a whole is meant.
    """

    __slots__ = ("file", "message", "place")

    def __init__(self, file: str, place: str, what: Message) -> None:
        self.file, self.place, self.message = file, place, what

    def text(self, language: str = "zh") -> str:
        """Return "file:place: sentence"."""
        head = f"{self.file}:{self.place}" if self.place else self.file
        return f"{head}: {self.message.text('en' if language == 'en' else 'zh')}"
