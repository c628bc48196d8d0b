"""kill -9 at random instants, again and again, until everything is in; then the home is compared with what was dropped.

    python -m tests.reliability.kills FILES KILLS SEED [FOLDER] [--plain]

Files are dropped a few at a time between kills; a pass (`zuozheng ingest`) and its reading processes are killed together. Six in
ten kills come at an instant drawn over the length of a pass, the others soon after a certain file of the home was touched, so
that the short phases are met as often as the long ones. Started again on the same FOLDER, a run goes on where it was. With
--plain, the passes have none of the system calls that only Linux has.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from archive.home import Home
from tests.reliability import passes
from tests.reliability.home import INBOX, UNITS, make_home, varied
from tests.reliability.outcome import Drop, Outcome, check

_FOLDERS = ("C12", "义教 C10 校舍", "学前 C15 收费", "2025年材料", "", "义教C1、C2 师资", "年报/C30")
_CHECKS = 10
_TOUCHED = {
    "staging": ("档案/.staging", "*.data"), "journal": ("档案/.staging", "*.plan"), "index": (".zuozheng/index", "*"),
    "catalogue": (".zuozheng", "catalogue.sqlite-wal"), "texts": (".zuozheng", "text.sqlite-wal"),
}  # fmt: skip


@dataclass
class State:
    """What a run remembers between starts: kills, what lies in the inbox, what must be stored, where kills came."""

    kills: int = 0
    dropped: int = 0
    files: dict[str, str] = field(default_factory=dict)
    kept: list[list[str]] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    safe: list[str] = field(default_factory=list)
    phases: dict[str, int] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(self.__dict__, ensure_ascii=False), encoding="utf-8")
        draft.replace(path)


class Run:
    """Files dropped and passes killed in one home below `folder`."""

    def __init__(self, folder: Path, files: int, kills: int, seed: int, *, plain: bool = False) -> None:
        self.folder, self.wanted, self.kills, self._plain = folder, files, kills, plain
        self.home = Home(folder / "home")
        self._saved = folder / "state.json"
        if self._saved.exists():
            self.state = State(**json.loads(self._saved.read_text(encoding="utf-8")))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            make_home(self.home.root)
            self.state = State()
        self._dice = random.Random(f"{seed}/{self.state.kills}")
        self._longest = 0.5

    def go(self, say: Callable[[str], None]) -> Outcome:
        """Drop, run and kill until all files are dropped and all kills are done; check now and then, and at the end."""
        began = time.monotonic()
        while self.state.kills < self.kills:
            self._drop(round((self.state.kills + 1) * self.wanted / self.kills) - self.state.dropped)
            self.state.save(self._saved)
            self._run_and_kill()
            self.state.save(self._saved)
            if self.state.kills % max(1, self.kills // _CHECKS) == 0:
                found = self._check()
                say(f"{self.state.kills} kills, {self.state.dropped} files: {found}  [{time.monotonic() - began:.0f} s]")
                if not found.clean:
                    return found
        return self._check()

    def _drop(self, count: int) -> None:
        for _ in range(count):
            path, data, copy_of = self._next()
            target = self.home.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            self.state.files[path] = hashlib.sha256(data).hexdigest()
            self.state.shared += [path, copy_of] if copy_of else []
            self.state.dropped += 1

    def _next(self) -> tuple[str, bytes, str]:
        """Return the next file: path, bytes, and the path it is a copy of.

        One in ten is a new version of a file that is surely in; one in eight has the bytes of another file, half of these in a
        folder of another point. A file with a copy stays as it is: its content must be stored once, and is.
        """
        number, dice = self.state.dropped, self._dice
        unit, folder = dice.choice(UNITS), dice.choice(_FOLDERS)
        suffix, data = varied(number, dice)
        chance = dice.random()
        if chance < 0.1 and self.state.safe:
            path = self.state.safe.pop(dice.randrange(len(self.state.safe)))
            return path, data, ""
        if chance < 0.225 and self.state.files:
            original = dice.choice(list(self.state.files))
            owner, place = original.split("/")[1], dice.choice((original.rpartition("/")[0], f"{INBOX}/{unit}/{folder}"))
            place = place.replace(unit, owner) if chance < 0.2 else place
            if original in self.state.safe:
                self.state.safe.remove(original)
            name = Path(original).stem.partition("_")[0]
            return (
                _joined(place, f"{name}_副本{number}{Path(original).suffix}"),
                (self.home.root / original).read_bytes(),
                original,
            )
        return _joined(f"{INBOX}/{unit}/{folder}", f"材料{number}{suffix}"), data, ""

    def _run_and_kill(self) -> None:
        began = time.monotonic()
        running = passes.start(self._pass, self.folder)
        if self._dice.random() < 0.6:
            code = running.wait(self._dice.uniform(0, self._longest))
        else:
            self._wait_for(*self._dice.choice(list(_TOUCHED.values())), until=began + 2 * self._longest)
            code = running.wait(self._dice.uniform(0, 0.04))
        killed = code is None and running.kill()
        if code is not None:
            running.kill()
            assert code == 0, f"a pass ends with {code}: {running.err.read_text(encoding='utf-8')}"
            self._longest = 0.9 * self._longest + 0.1 * (time.monotonic() - began)
        if killed:
            self.state.kills += 1
            self._longest *= 1.005  # where no pass comes to its end, kills come too early
            phase = self._phase()
            self.state.phases[phase] = self.state.phases.get(phase, 0) + 1

    def _pass(self) -> None:
        if self._plain:
            passes.without_linux()
        passes.run_command("--home", str(self.home.root), "ingest", "--json")()

    def _wait_for(self, folder: str, pattern: str, until: float) -> None:
        """Return when a file of that pattern appears or changes, or at `until`."""
        place = self.home.root / folder

        def stand() -> set[tuple[str, int]]:
            found = set()
            for path in place.glob(pattern):
                try:
                    found.add((path.name, path.stat().st_mtime_ns))
                except FileNotFoundError:
                    continue
            return found

        before = stand()
        while time.monotonic() < until and not stand() - before:
            time.sleep(0.0005)

    def _phase(self) -> str:
        """Return what the kill interrupted, as far as the files tell."""
        left = Counter(path.suffix for path in self.home.staging.iterdir())
        if left[".plan"]:
            return "journalled"
        if left[".data"] or left[".draft"]:
            return "staging"
        return "elsewhere"

    def _check(self) -> Outcome:
        """Run a pass to its end, then compare. From here on, whatever lies in the inbox must be in the archive for ever."""
        passes.whole_pass(self.home.root, self.folder)
        lying = [[path, path.split("/")[1], sha256] for path, sha256 in self.state.files.items()]
        known = {tuple(entry) for entry in self.state.kept}
        self.state.kept += [entry for entry in lying if tuple(entry) not in known]
        taken = set(self.state.shared)
        self.state.safe = [path for path in self.state.files if path not in taken]
        self.state.save(self._saved)
        return check(self.home, (Drop(*entry) for entry in self.state.kept), originals=self.state.files)


def _joined(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}"


def main() -> int:
    """Run it with the arguments of the command line; the last line says what was found. Returns the exit status."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--plain"]
    files, kills, seed = map(int, arguments[:3])
    folder = Path(arguments[3]) if arguments[3:] else Path(tempfile.gettempdir(), f"zuozheng-kills-{files}-{kills}-{seed}")
    run = Run(folder, files, kills, seed, plain="--plain" in sys.argv)
    found = run.go(lambda line: print(line, flush=True))
    print(*found.faults[:50], sep="\n")
    print(f"killed while: {run.state.phases}; {found.documents} documents")
    print(f"{run.state.kills} kills, {run.state.dropped} files: {found}", flush=True)
    return 0 if found.clean else 1


if __name__ == "__main__":
    sys.exit(main())
