"""The sidecar: one JSON file beside each stored file that says what it is, readable without this program.

It carries a digest of itself, because a flipped bit in a sidecar must be found as surely as one in the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from schema.messages import Message
from schema.model import Basis, Correction, Dismissal, Document, DocumentState, PointRef, Tag, TagState

FORMAT = "zuozheng-sidecar-1"
# One encoder each, made once: json.dumps makes a new one for every call that asks for Chinese as it is.
_encode = json.JSONEncoder(ensure_ascii=False).encode
_text = json.encoder.encode_basestring
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A document as the tree knows it, with what only the sidecar keeps: the name as it was dropped and its exact bytes.

    `original_bytes` is hexadecimal, set only where the dropped name was not valid text; `modified` is the source's own time
    (UTC). `frameworks` pairs each framework in use with its version at the time of filing. `decided` holds what was decided
    about withdrawing the document before its last `withdrawal`, oldest first.
    """

    document: Document
    unit_name: str
    original_name: str
    original_bytes: str
    modified: str
    frameworks: tuple[tuple[str, str], ...]
    decided: tuple[Message, ...] = ()

    def with_document(self, **changes: Any) -> Sidecar:
        """Return this sidecar with changed document fields."""
        return replace(self, document=replace(self.document, **changes))


def dump(sidecar: Sidecar) -> bytes:
    """Return a sidecar as UTF-8 JSON, keys in reading order, closed by its own digest."""
    document = sidecar.document
    record: dict[str, Any] = {
        "format": FORMAT, "id": document.id, "name": document.name, "path": document.path, "sha256": document.sha256,
        "size": document.size, "unit": document.unit, "unit_name": sidecar.unit_name, "state": str(document.state),
        "version": document.version, "supersedes": document.supersedes, "tags": document.tags,
        "indicator": document.indicator, "problems": [message_record(problem) for problem in document.problems],
        "source": document.source, "original_name": sidecar.original_name, "original_bytes": sidecar.original_bytes,
        "modified": sidecar.modified, "received": document.received, "frameworks": sidecar.frameworks,
    }  # fmt: skip
    if document.withdrawal is not None:
        record["withdrawal"] = message_record(document.withdrawal)
    if sidecar.decided:
        record["decided"] = [message_record(decision) for decision in sidecar.decided]
    if document.dismissed:
        record["dismissed"] = [dismissal_record(entry) for entry in document.dismissed]
    if document.corrections:
        record["corrections"] = [asdict(correction) for correction in document.corrections]
    return _written(record)


def load(data: bytes) -> Sidecar:
    """Return the sidecar written as `data`. Raises ValueError when it is damaged, altered or of another format."""
    try:
        record = json.loads(data)
        digest = record.pop("digest")
        if record["format"] != FORMAT or digest != _digest(record):
            raise ValueError("digest or format does not fit")
        document = Document(
            id=record["id"], seq=0, sha256=record["sha256"], size=record["size"], unit=record["unit"], name=record["name"],
            source=record["source"], path=record["path"], received=record["received"], version=record["version"],
            supersedes=record["supersedes"], state=DocumentState(record["state"]),
            tags=tuple(load_tag(entry) for entry in record["tags"]), indicator=record["indicator"],
            problems=tuple(load_message(entry) for entry in record["problems"]),
            withdrawal=load_message(record["withdrawal"]) if "withdrawal" in record else None,
            dismissed=tuple(load_dismissal(entry) for entry in record.get("dismissed", ())),
            corrections=tuple(load_correction(entry) for entry in record.get("corrections", ())),
        )  # fmt: skip
        return Sidecar(
            document, record["unit_name"], record["original_name"], record["original_bytes"], record["modified"],
            tuple(record["frameworks"].items()), tuple(load_message(entry) for entry in record.get("decided", ())),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a sidecar: {error!r}") from error


def tag_record(tag: Tag) -> dict[str, Any]:
    """Return a tag as JSON values."""
    return {
        "point": str(tag.point), "state": str(tag.state), "basis": str(tag.basis), "score": tag.score,
        "reason": message_record(tag.reason), **({"item": tag.item} if tag.item else {}),
        **({"period": tag.period} if tag.period else {}),
    }  # fmt: skip


@lru_cache(maxsize=1024)
def tag_json(tag: Tag) -> str:
    """Return a tag as JSON text. Remembered: the files of a folder mostly have the same."""
    return _encode(tag_record(tag))


@lru_cache(maxsize=1024)
def _tags_json(tags: tuple[Tag, ...]) -> tuple[str, str]:
    """Return tags as JSON text to be read, and in the canonical form."""
    return f"[{', '.join(map(tag_json, tags))}]", _canonical([tag_record(tag) for tag in tags])


@lru_cache(maxsize=16)
def _versions_json(frameworks: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """Return the versions of frameworks as JSON text to be read, and in the canonical form."""
    return _encode(dict(frameworks)), _canonical(dict(frameworks))


# What is remembered as JSON, by key of the record: the files of a folder, or of a pass, mostly have the same.
_REMEMBERED: dict[str, Callable[[Any], tuple[str, str]]] = {"tags": _tags_json, "frameworks": _versions_json}


def load_tag(record: dict[str, Any]) -> Tag:
    """Return the tag written by tag_record. Raises KeyError, ValueError."""
    reason = load_message(record["reason"])
    said = (record.get("item", ""), record.get("period", ""))
    return Tag(PointRef.parse(record["point"]), TagState(record["state"]), Basis(record["basis"]), record["score"], reason, *said)


def dismissal_record(dismissal: Dismissal) -> list[Any]:
    """Return a dismissal as JSON values: point, then reason."""
    return [str(dismissal.point), message_record(dismissal.reason)]


def load_dismissal(record: list[Any]) -> Dismissal:
    """Return the dismissal written by dismissal_record. Raises ValueError, TypeError."""
    point, reason = record
    return Dismissal(PointRef.parse(point), load_message(reason))


def load_correction(record: dict[str, Any]) -> Correction:
    """Return the correction kept as `record`. Raises KeyError, TypeError."""
    return Correction(record["element"], tuple(record["values"]), record["by"], record["why"], record["when"])


def message_record(sentence: Message) -> list[Any]:
    """Return a message as JSON values: code, then parameters."""
    return [sentence.code, dict(sentence.params)]


def load_message(record: list[Any]) -> Message:
    """Return the message written by message_record."""
    return Message(record[0], tuple(record[1].items()))


def _written(record: dict[str, Any]) -> bytes:
    """Return a record line by line, closed by the digest of its canonical form; each value is encoded but once where it can be.

    The canonical form has its keys sorted and no blanks; strings and numbers, which most values are, are the same in both.
    """
    lines, parts = [], {}
    for key, value in record.items():
        kind = type(value)
        if kind is str:
            shown = parts[key] = _text(value)
        elif kind is int:
            shown = parts[key] = str(value)
        elif key in _REMEMBERED:
            shown, parts[key] = _REMEMBERED[key](value)
        elif not value:
            shown = parts[key] = "[]"
        else:
            shown, parts[key] = _encode(value), _canonical(value)
        lines.append(f' "{key}": {shown}')
    canonical = ",".join([f'"{key}":{parts[key]}' for key in sorted(parts)])
    lines.append(f' "digest": "{_sha256(f"{{{canonical}}}")}"')
    return "{{\n{}\n}}\n".format(",\n".join(lines)).encode()


def _digest(record: dict[str, Any]) -> str:
    return _sha256(_canonical(record))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
