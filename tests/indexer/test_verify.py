from hypothesis import given
from hypothesis import strategies as st

from indexer.fold import search_form
from indexer.match import contains
from indexer.query import Phrase
from indexer.segmentfile import CODING
from indexer.verify import holds

LETTERS = st.sampled_from("园2205.a\n𠮷一\u0032\u3200")
TEXTS = st.text(LETTERS, max_size=30).map(search_form)
PHRASES = st.text(LETTERS, min_size=1, max_size=4).map(search_form).filter(bool)


@given(TEXTS, TEXTS, TEXTS, PHRASES, st.booleans())
def test_bytes_hold_what_the_text_contains(before: str, text: str, after: str, phrase: str, open_end: bool) -> None:
    start, end = (len(part.encode(CODING)) for part in (before, before + text))
    data = (before + text + after).encode(CODING)
    assert holds(Phrase(phrase, "", open_end))(data, start, end, 0) is contains(phrase, text, open_end=open_end)
