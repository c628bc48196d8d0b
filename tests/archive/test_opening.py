"""An archive is opened where its catalogue is safe."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from archive import filesystem
from archive.home import Home, load_district
from archive.opening import open_catalogue, reading_archive
from schema.errors import ArchiveError
from schema.settings import dump_settings

_WAL, _DELETE = b"\2\2", b"\1\1"


@pytest.fixture
def on_a_share(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's list of mounts, as it reads when the home lies on a share."""
    told = tmp_path / "mountinfo"
    told.write_text(
        f"22 1 252:1 / / rw - ext4 /dev/vda1 rw\n40 22 0:45 / {home.root} rw - nfs4 nas.example:/e rw\n", encoding="utf-8"
    )
    monkeypatch.setattr(filesystem, "_MOUNTINFO", told)


def journal(home: Home) -> bytes:
    """Return how the catalogue is journalled: the two version bytes of its header (sqlite.org/fileformat.html, 1.3.3)."""
    return (home.state / "catalogue.sqlite").read_bytes()[18:20]


def test_on_a_disk_of_this_machine(home: Home) -> None:
    with reading_archive(home):
        assert journal(home) == _WAL


@pytest.mark.usefixtures("on_a_share")
def test_on_a_share_it_is_refused_with_a_way_out(home: Home) -> None:
    with pytest.raises(ArchiveError) as refused, reading_archive(home):
        pass
    assert "nfs4" in refused.value.message.text()
    assert "network_catalogue = true" in refused.value.message.text()
    assert not (home.state / "catalogue.sqlite").exists()


def test_forced_it_needs_no_shared_memory(home: Home, request: pytest.FixtureRequest) -> None:
    with reading_archive(home) as archive:
        archive.catalogue.advance("reader", 7)
    request.getfixturevalue("on_a_share")
    home.settings_file.write_text(dump_settings(replace(load_district(home).settings, network_catalogue=True)), encoding="utf-8")
    catalogue = open_catalogue(home, load_district(home).settings)
    assert catalogue.position("reader") == 7
    assert journal(home) == _DELETE
    assert not list(home.state.glob("catalogue.sqlite-shm"))
    catalogue.close()
