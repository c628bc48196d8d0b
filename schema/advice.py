"""The one sentence that tells a school what came of reading its file, and what to do about it."""

from __future__ import annotations

from schema.messages import Message, message
from schema.model import TextStatus

# Kinds whose sentence differs from the one all other kinds of that status get.
_SPECIAL = {
    (TextStatus.NEEDS_OCR, "image"): "reading.status.needs-ocr.image",
    (TextStatus.OK, "package"): "reading.status.ok.package",
    (TextStatus.PARTIAL, "package"): "reading.status.partial.package",
    (TextStatus.NEEDS_OCR, "package"): "reading.status.needs-ocr.package",
    (TextStatus.UNSUPPORTED, "package"): "reading.status.unsupported.package",
    (TextStatus.UNSUPPORTED, "media"): "reading.status.unsupported.media",
    (TextStatus.UNSUPPORTED, "unknown"): "reading.status.unsupported.unknown",
}
_FAMILIES = {
    "image": frozenset({"jpg", "png", "tif", "gif", "bmp", "webp", "heic"}),
    "package": frozenset({"zip", "rar", "7z", "gz"}),
    "media": frozenset({"mp4", "avi", "mp3", "wav"}),
    "unknown": frozenset({"unknown", ""}),
}


def family(kind: str) -> str:
    """Return the family of a kind: image, package, media, unknown, or empty for documents."""
    return next((name for name, kinds in _FAMILIES.items() if kind in kinds), "")


def advice(status: TextStatus, kind: str) -> Message:
    """Return the one sentence that tells a school what `status` means for a file of `kind` and what to do."""
    return message(_SPECIAL.get((status, family(kind)), f"reading.status.{status.value}"), kind=kind or "unknown")
