"""What kind of file system a path lies on. On another machine's disk no events of others arrive, and no database is safe.

Linux tells in /proc/self/mountinfo (proc(5)), Windows by UNC names and drive types. Elsewhere everything counts as local: the
share marks and the reconciling scan protect there as well, only slower.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

_NETWORK = frozenset(
    "nfs nfs4 cifs smb2 smb3 smbfs ncpfs afs coda 9p ceph glusterfs lustre beegfs gpfs gfs2 ocfs2 orangefs pvfs2 davfs "
    "vboxsf vmhgfs prl_fs".split()
)
# A program in user space may hide anything behind its mount; these hide a disk of this machine.
_LOCAL_FUSE = frozenset(
    "bindfs ciopfs encfs exfat exfat-fuse ext4 fuse-ext2 fuse-overlayfs gocryptfs lxcfs mergerfs mhddfs ntfs ntfs-3g portal "
    "snapfuse squashfuse unionfs veracrypt".split()
)
_MOUNTINFO = Path("/proc/self/mountinfo")
_OCTAL = re.compile(rb"\\([0-7]{3})")
_DRIVE_REMOTE = 4


@dataclass(frozen=True, slots=True)
class FileSystem:
    """The file system a path lies on. `type` as the system names it ("ext4", "nfs4"), "" where it does not tell."""

    type: str
    network: bool
    mount_point: str


@dataclass(frozen=True, slots=True)
class Mount:
    """A line of mountinfo: where, what (type and source), and the device number ("8:1") of the files below."""

    point: str
    type: str
    source: str
    device: str

    def holds(self, path: str) -> bool:
        """Return whether the absolute path lies at or below the mount point."""
        return path == self.point or path.startswith(self.point.rstrip("/") + "/")

    @property
    def kind(self) -> FileSystem:
        """The file system as a value."""
        return FileSystem(self.type, is_network(self.type, self.source), self.point)


def is_network(kind: str, source: str = "") -> bool:
    """Return whether a file system of this type, mounted from this source, is another machine's disk."""
    head, _, program = kind.partition(".")
    if head != "fuse":
        return kind in _NETWORK
    return program not in _LOCAL_FUSE if program else not source.startswith("/dev/")


def parse_mounts(mountinfo: bytes) -> Iterator[Mount]:
    """Yield the mounts of a mountinfo text, in its order; a line that is none is passed over."""
    for line in mountinfo.splitlines():
        before, found, after = line.partition(b" - ")
        fields, rest = before.split(b" "), after.split(b" ")
        if found and len(fields) >= 6 and len(rest) >= 2:
            yield Mount(_text(fields[4]), _text(rest[0]), _text(rest[1]), _text(fields[2]))


def mount_of(mounts: Iterable[Mount], path: str, device: str) -> Mount | None:
    """Return the mount an absolute path without links lies on; `device` is that of its stat ("8:1"), "" when it has none.

    The longest mount point wins, the later of two at one place. A mount that a later one above it hides has another device than
    the path; where no device fits (btrfs subvolumes have their own) the path alone decides.
    """
    above = [mount for mount in mounts if mount.holds(path)]
    fitting = [mount for mount in above if mount.device == device] or above
    return max(enumerate(fitting), key=lambda pair: (len(pair[1].point), pair[0]), default=(0, None))[1]


def is_unc(path: PureWindowsPath) -> bool:
    """Return whether a Windows path names a share (a server and a folder, also in the long form), not a drive."""
    drive = path.drive.replace("/", "\\")
    return drive.upper().startswith("\\\\?\\UNC\\") or (drive.startswith("\\\\") and drive[2:3] not in ("?", "."))


def kind_of(path: Path) -> FileSystem:
    """Return the file system of `path` (or of the nearest folder above that exists). Costs one stat and one small read."""
    return next(_kinds((path,)))


def network_folders(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Return those of the folders that lie on another machine's disk."""
    folders = tuple(folders)
    return tuple(folder for folder, kind in zip(folders, _kinds(folders), strict=True) if kind.network)


if sys.platform == "win32":
    import ctypes

    def _kinds(paths: Iterable[Path]) -> Iterator[FileSystem]:
        for path in paths:
            real = PureWindowsPath(os.path.realpath(path))
            remote = ctypes.windll.kernel32.GetDriveTypeW(real.drive + "\\") == _DRIVE_REMOTE
            yield FileSystem("", is_unc(real) or remote, real.drive)

else:

    def _kinds(paths: Iterable[Path]) -> Iterator[FileSystem]:
        try:
            mounts = tuple(parse_mounts(_MOUNTINFO.read_bytes()))
        except OSError:  # no Linux, or no /proc in this container
            mounts = ()
        for path in paths:
            real = os.path.realpath(path)
            mount = mount_of(mounts, real, _device(real))
            yield mount.kind if mount is not None else FileSystem("", network=False, mount_point="/")

    def _device(path: str) -> str:
        try:
            number = Path(path).stat().st_dev
        except OSError:
            return ""
        return f"{os.major(number)}:{os.minor(number)}"


def _text(field: bytes) -> str:
    r"""Return a field of mountinfo as text; the kernel writes blank, tab, line end and backslash as octal (`\040`)."""
    return os.fsdecode(_OCTAL.sub(lambda found: bytes((int(found[1], 8) & 0xFF,)), field))
