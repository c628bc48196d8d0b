"""Which file system a path lies on, from the kernel's own words."""

from __future__ import annotations

import os
import sys
from pathlib import Path, PureWindowsPath

import pytest

from archive.filesystem import FileSystem, is_network, is_unc, kind_of, mount_of, network_folders, parse_mounts

# Lines as kernels write them: optional fields before the dash, blanks and Chinese in names, one place mounted over.
MOUNTINFO = """22 1 252:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
23 22 0:21 / /proc rw,nosuid shared:12 - proc proc rw
40 22 0:45 / /srv/收件箱 rw,relatime shared:5 master:2 - cifs //nas.example/收件 rw,vers=3.1.1,username=x
41 22 0:46 / /mnt/two\\040words\\134back rw - nfs4 nas.example:/export/a\\040b rw,vers=4.2
42 22 252:17 / /data rw - xfs /dev/vdb1 rw
43 42 0:50 / /data/pool rw - nfs 10.0.0.2:/pool rw
44 22 252:33 / /data rw - ext4 /dev/vdc1 rw
45 22 0:60 /@home /home rw - btrfs /dev/vdd1 rw,subvol=/@home
46 22 0:61 / /media/stick rw - fuseblk /dev/sdb1 rw
47 22 0:62 / /media/cloud rw - fuse.rclone 云盘: rw
48 22 0:63 / /media/dav rw - fuse https://dav.example/ rw
49 22 0:64 / /media/pool rw - fuse.mergerfs a:b rw
a line that is none
50 22 0:65 / /media/short rw
""".encode()
MOUNTS = tuple(parse_mounts(MOUNTINFO))


@pytest.mark.parametrize(
    ("path", "device", "expected"),
    [
        ("/srv/收件箱/清溪小学", "0:45", FileSystem("cifs", True, "/srv/收件箱")),
        ("/srv/收件箱", "", FileSystem("cifs", True, "/srv/收件箱")),
        ("/srv/收件箱二", "", FileSystem("ext4", False, "/")),
        ("/mnt/two words\\back/x", "", FileSystem("nfs4", True, "/mnt/two words\\back")),
        ("/data/a", "252:33", FileSystem("ext4", False, "/data")),
        ("/data/pool/a", "252:33", FileSystem("ext4", False, "/data")),
        ("/data/pool/a", "0:50", FileSystem("nfs", True, "/data/pool")),
        ("/home/x", "0:77", FileSystem("btrfs", False, "/home")),
        ("/media/stick/a", "", FileSystem("fuseblk", False, "/media/stick")),
        ("/media/cloud/a", "", FileSystem("fuse.rclone", True, "/media/cloud")),
        ("/media/dav/a", "", FileSystem("fuse", True, "/media/dav")),
        ("/media/pool/a", "", FileSystem("fuse.mergerfs", False, "/media/pool")),
        ("/media/short/a", "", FileSystem("ext4", False, "/")),
        ("/", "252:1", FileSystem("ext4", False, "/")),
    ],
)
def test_the_mount_of_a_path(path: str, device: str, expected: FileSystem) -> None:
    mount = mount_of(MOUNTS, path, device)
    assert mount is not None
    assert mount.kind == expected


def test_a_text_without_mounts_tells_nothing() -> None:
    assert mount_of(parse_mounts(b"\n \ngarbage - x"), "/", "") is None


@pytest.mark.parametrize("kind", "nfs nfs4 cifs smb3 smbfs 9p afs ceph glusterfs lustre fuse.sshfs fuse.rclone davfs".split())
def test_other_machines_disks(kind: str) -> None:
    assert is_network(kind)


@pytest.mark.parametrize("kind", "ext4 xfs btrfs zfs f2fs tmpfs overlay fuseblk vfat exfat ntfs3 apfs autofs".split())
def test_disks_of_this_machine(kind: str) -> None:
    assert not is_network(kind)


@pytest.mark.parametrize(
    ("path", "share"),
    [
        (r"\\nas\收件\清溪小学", True),
        ("//nas/收件/清溪小学", True),
        (r"\\?\UNC\nas\收件\清溪小学", True),
        (r"C:\档案", False),
        (r"\\?\C:\档案", False),
        (r"收件箱", False),
    ],
)
def test_names_of_shares_on_windows(path: str, share: bool) -> None:
    assert is_unc(PureWindowsPath(path)) is share


def test_this_machine(tmp_path: Path) -> None:
    assert not kind_of(tmp_path).network
    assert kind_of(tmp_path / "not" / "there") == kind_of(tmp_path)
    assert network_folders([tmp_path, tmp_path.parent]) == ()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")
def test_the_kernels_own_list(tmp_path: Path) -> None:
    assert kind_of(Path("/proc/self")) == FileSystem("proc", False, "/proc")
    assert os.path.ismount(kind_of(tmp_path).mount_point)
    link = tmp_path / "a link"
    link.symlink_to("/proc")
    assert kind_of(link / "self").type == "proc"
