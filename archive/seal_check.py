"""The archive's own files held against its seal."""

from __future__ import annotations

from collections.abc import Iterator

from archive.hashing import Hasher
from archive.home import Home
from archive.seal import Seal, own_files, read_seal, seal_file
from archive.sqlite_file import version_of
from schema.findings import Finding
from schema.messages import message


class SealCheck:
    """Yields a finding for every sealed file that is not what it was. `confirmed`: the paths (from the home) found as sealed."""

    def __init__(self, home: Home, hasher: Hasher) -> None:
        self._home, self._hasher = home, hasher
        self.confirmed: set[str] = set()

    def __iter__(self) -> Iterator[Finding]:
        """Check everything once. Without a seal there is nothing to check, and no finding: a writer is at work or was killed."""
        try:
            seal = read_seal(self._home)
        except ValueError:
            path = seal_file(self._home).relative_to(self._home.root).as_posix()
            yield Finding("seal-damaged", path, message("verify.seal-damaged", path=path))
            return
        first = seal
        for path in sorted(first.marks) if first else ():
            code = self._fault(path, seal)
            # What differs from a seal that has changed meanwhile differs because a writer has come.
            while code and (now := self._read()) != seal:
                seal = now
                code = self._fault(path, seal)
            if code:
                yield Finding(code, path, message(f"verify.{code}", path=path))
        yield from self._strays(seal)

    def _fault(self, path: str, seal: Seal | None) -> str:
        """Return the code of what is wrong with a sealed file; "" for nothing, and where the seal has no say."""
        mark = seal.marks.get(path) if seal else None
        if seal is None or mark is None:
            return ""
        file = self._home.root / path
        try:
            if not seal.standing and not mark.is_untouched(file.stat()):
                return ""
            sound = file.stat().st_size == mark.size and self._hasher.sha256(file) == mark.sha256
            touched = not seal.standing and not mark.is_untouched(file.stat())
            # A program of a newer version brings a database to its own version even when it only reads.
            grown = not sound and mark.version and version_of(file) > mark.version
        except FileNotFoundError:
            return "sealed-missing" if seal.standing else ""
        except OSError:
            return "sealed-unreadable"
        if sound and seal.standing:
            self.confirmed.add(path)
        return "" if sound or touched or grown else "sealed-differs"

    def _strays(self, seal: Seal | None) -> Iterator[Finding]:
        """Yield what lies among the tree's own files and was not there when the last writer closed."""
        if seal is None or not seal.standing:
            return
        for file in own_files(self._home):
            path = file.relative_to(self._home.root).as_posix()
            if path not in seal.marks and self._read() == seal:
                yield Finding("stray", path, message("verify.stray", path=path))

    def _read(self) -> Seal | None:
        try:
            return read_seal(self._home)
        except ValueError:
            return None
