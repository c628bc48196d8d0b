"""The gram tables of one segment file: pairs of characters, a few bytes each, and all other terms as text.

Half of all pairs stand in one document only; these are kept apart, as pair and document. `start` gives for common characters the
documents that have any gram beginning with them, as text "^园", so that a word of one character is one list, too.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from indexer.postings import decode, decode_numbers, encode
from indexer.sections import DamagedError, Sections, SectionWriter

Terms = Mapping[str, Sequence[int]]
Pairs = Iterable[tuple[int, Sequence[int]]]

START = "^"
# Characters with at least so many lists get one of their own. Terms are kept as text, one behind the other.
_MANY = 32
_BORDER = "\n"


class ListWriter:
    """Collects encoded lists: their bytes, where each ends, and their codings."""

    def __init__(self, documents: int) -> None:
        self.documents = documents
        self.ends, self.codings, self.parts = array("I", (0,)), bytearray(), list[bytes]()

    def add(self, numbers: Sequence[int]) -> None:
        """Encode the next list."""
        coding, data = encode(numbers, self.documents)
        self.codings.append(coding)
        self.parts.append(data)
        self.ends.append(self.ends[-1] + len(data))

    def write(self, writer: SectionWriter, name: str) -> None:
        """Write three sections."""
        writer.add(f"{name}.lists", self.parts)
        writer.add(f"{name}.ends", (self.ends,))
        writer.add(f"{name}.codings", (bytes(self.codings),))


def write_pairs(
    writer: SectionWriter, name: str, pairs: Pairs, documents: int, others: Mapping[str, Iterable[int]] | None = None
) -> Terms:
    """Write a table of pairs, which ascend; return the documents of all common first characters.

    Only with `others`: the documents of first characters in terms that are no such pairs.
    """
    keys, lists = array("I"), ListWriter(documents)
    lone, where = array("I"), array(_code(documents))
    starts: dict[str, Sequence[int]] = {}
    first, begun = -1, list[Sequence[int]]()
    for pair, numbers in pairs:
        if pair >> 16 != first:
            _start(starts, first, begun, others)
            first, begun = pair >> 16, []
        begun.append(numbers)
        if len(numbers) == 1:
            lone.append(pair)
            where.append(numbers[0])
        else:
            keys.append(pair)
            lists.add(numbers)
    _start(starts, first, begun, others)
    lists.write(writer, name)
    for part, table in (("keys", keys), ("lone", lone), ("where", where)):
        writer.add(f"{name}.{part}", (table,))
    return starts


def write_terms(writer: SectionWriter, name: str, terms: Terms, documents: int) -> None:
    """Write a table of terms."""
    lists = ListWriter(documents)
    order = sorted(terms)
    for term in order:
        lists.add(terms[term])
    lists.write(writer, name)
    writer.add(f"{name}.terms", (_BORDER.join(order).encode("utf-8", "surrogatepass"),))


class Lists:
    """Encoded lists of one table. Lists are known by their place."""

    def __init__(self, sections: Sections, name: str) -> None:
        self._sections, self._name = sections, f"{name}.lists"
        self._ends = sections.numbers(f"{name}.ends", "I")
        self._codings = sections.read(f"{name}.codings")
        if len(self._ends) != len(self._codings) + 1 or self._ends[-1] != sections.size(self._name):
            raise DamagedError(name)

    def __len__(self) -> int:
        return len(self._codings)

    def size(self, place: int) -> int:
        """Return how many bytes list `place` has: a measure of the documents in it."""
        return self._ends[place + 1] - self._ends[place]

    def bits(self, place: int) -> int:
        """Return the documents of list `place`. Raises DamagedError."""
        try:
            return decode(self._codings[place], self._bytes(place))
        except ValueError:
            raise DamagedError(self._name) from None

    def numbers(self, place: int) -> Sequence[int]:
        """Return the same as ascending numbers. Raises DamagedError."""
        try:
            return decode_numbers(self._codings[place], self._bytes(place))
        except ValueError:
            raise DamagedError(self._name) from None

    def _bytes(self, place: int) -> bytes:
        return self._sections.read(self._name, self._ends[place], self.size(place))


class PairTable:
    """Pairs of characters. A pair is found at its place in the lists, or, of one document, at ~document."""

    def __init__(self, sections: Sections, name: str, documents: int) -> None:
        self.lists = Lists(sections, name)
        self._keys = sections.numbers(f"{name}.keys", "I")
        self._lone = sections.numbers(f"{name}.lone", "I")
        self._where = sections.numbers(f"{name}.where", _code(documents))
        if len(self._keys) != len(self.lists) or len(self._lone) != len(self._where):
            raise DamagedError(name)

    def find(self, pair: int) -> int | None:
        """Return the place of a pair, None when no document has it."""
        at = bisect_left(self._keys, pair)
        if at < len(self._keys) and self._keys[at] == pair:
            return at
        at = bisect_left(self._lone, pair)
        return ~self._where[at] if at < len(self._lone) and self._lone[at] == pair else None

    def beginning(self, first: int) -> Iterator[int]:
        """Yield the places of all pairs whose first character is `first`."""
        low, high = first << 16, (first << 16) + 0xFFFF
        yield from range(bisect_left(self._keys, low), bisect_left(self._keys, high + 1))
        lone = range(bisect_left(self._lone, low), bisect_left(self._lone, high + 1))
        yield from (~self._where[at] for at in lone)

    def between(self, low: int, high: int) -> Iterator[tuple[int, Sequence[int]]]:
        """Yield the pairs from `low` to below `high` with their documents, in no order."""
        for at in range(bisect_left(self._keys, low), bisect_left(self._keys, high)):
            yield self._keys[at], self.lists.numbers(at)
        for at in range(bisect_left(self._lone, low), bisect_left(self._lone, high)):
            yield self._lone[at], self._where[at : at + 1]

    def borders(self, every: int) -> list[int]:
        """Return pairs that cut the table into pieces of about `every` lists."""
        return list(self._keys[every::every])


class TermTable:
    """Terms that are text."""

    def __init__(self, sections: Sections, name: str) -> None:
        self.lists = Lists(sections, name)
        try:
            text = sections.read(f"{name}.terms").decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise DamagedError(name) from None
        self.terms = text.split(_BORDER) if text else []
        if len(self.terms) != len(self.lists):
            raise DamagedError(name)

    def find(self, term: str) -> int | None:
        """Return the place of a term, None when no document has it."""
        at = bisect_left(self.terms, term)
        return at if at < len(self.terms) and self.terms[at] == term else None

    def beginning(self, prefix: str) -> range:
        """Return the places of all terms that begin with `prefix`."""
        low = bisect_left(self.terms, prefix)
        # No text holds a character above this one.
        return range(low, bisect_left(self.terms, prefix + "\U0010ffff", lo=low))

    def items(self) -> Iterator[tuple[str, Sequence[int]]]:
        """Yield every term but starts with its documents, in order."""
        for place, term in enumerate(self.terms):
            if not term.startswith(START):
                yield term, self.lists.numbers(place)


def _start(
    starts: dict[str, Sequence[int]], first: int, begun: list[Sequence[int]], others: Mapping[str, Iterable[int]] | None
) -> None:
    if others is not None and len(begun) >= _MANY:
        letter = chr(first)
        starts[START + letter] = sorted(set().union(*begun, others.get(letter, ())))


def _code(documents: int) -> str:
    return "H" if documents <= 1 << 16 else "I"
