"""One writer, known by name; how the last one ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from archive.lock import is_held, last_holder, writing
from schema.errors import ArchiveBusyError, ArchiveError

ROOT = Path(__file__).parents[2]
HOLD = """import sys, time
from pathlib import Path
from archive.lock import writing
with writing(Path(sys.argv[1])):
    print('held', flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path: Path) -> subprocess.Popen[str]:
    """Another process that holds the archive."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_who_holds_it_and_how_it_ended(tmp_path: Path) -> None:
    assert (is_held(tmp_path), last_holder(tmp_path)) == (False, None)
    with writing(tmp_path):
        holder = last_holder(tmp_path)
        assert holder is not None
        assert (holder.pid, holder.host, holder.ended) == (str(os.getpid()), socket.gethostname(), "")
        assert is_held(tmp_path)
    holder = last_holder(tmp_path)
    assert holder is not None
    assert holder.ended >= holder.since > ""
    assert not is_held(tmp_path)


def test_a_second_writer_is_told_and_a_killed_one_leaves_no_lock(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    assert is_held(tmp_path)
    with pytest.raises(ArchiveBusyError) as busy, writing(tmp_path):
        pass
    assert str(other.pid) in busy.value.message.text()
    other.send_signal(signal.SIGKILL)
    other.communicate()
    assert not is_held(tmp_path)
    holder = last_holder(tmp_path)
    assert holder is not None
    assert (holder.pid, holder.ended) == (str(other.pid), ""), "it did not end in good order"


def test_a_lock_that_lives_for_an_instant_longer_refuses_nobody(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    end = threading.Timer(0.3, other.kill)
    end.start()
    with writing(tmp_path):
        holder = last_holder(tmp_path)
    end.join()
    other.communicate()
    assert holder is not None
    assert holder.pid == str(os.getpid())


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"pid": 1, "colour": "red"}'])
def test_a_lost_note_is_no_obstacle(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "writer.json").write_text(damaged)
    assert last_holder(tmp_path) is None
    with writing(tmp_path):
        assert last_holder(tmp_path) is not None


def test_where_nothing_can_be_written_there_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError) as refused, writing(tmp_path / "file" / "state"):
        pass
    assert refused.value.message.code == "intake.storage"
