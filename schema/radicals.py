"""Radicals that stand for whole characters, as some programs write them into PDF: each has its plain character. Pure.

The Kangxi radicals (U+2F00..) have compatibility forms of their own; of the supplement (U+2E80..) Unicode only lists equivalents
(EquivalentUnifiedIdeograph.txt): here those that are characters of present-day writing.
"""

from __future__ import annotations

import re
import unicodedata

_SUPPLEMENT = """
2E8C 5C0F 2E8D 5C0F 2E92 5DF3 2E93 5E7A 2E98 624C 2E9D 6708 2E9F 6BCD 2EA0 6C11 2EA1 6C35 2EA3 706C 2EA6 4E2C 2EA7 725B 2EAE 7AF9
2EB0 7E9F 2EBE 8279 2EC0 8279 2EC1 864E 2EC2 8864 2EC4 897F 2EC5 89C1 2EC6 89D2 2EC8 8BA0 2EC9 8D1D 2ECB 8F66 2ECD 8FB6 2ECF 961D
2ED0 9485 2ED1 9577 2ED3 957F 2ED4 95E8 2ED6 961D 2ED7 96E8 2ED8 9752 2ED9 97E6 2EDA 9875 2EDB 98CE 2EDC 98DE 2EDD 98DF 2EE0 9963
2EE2 9A6C 2EE3 9AA8 2EE4 9B3C 2EE5 9C7C 2EE6 9E1F 2EE7 5364 2EE8 9EA6 2EE9 9EC4 2EEA 9EFE 2EEC 9F50 2EEE 9F7F 2EF0 9F99 2EF1 9F9C
2EF3 9F9F
""".split()
_PLAIN = {int(radical, 16): int(whole, 16) for radical, whole in zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True)} | {
    code: ord(unicodedata.normalize("NFKC", chr(code))) for code in range(0x2F00, 0x2FD6)
}
_ANY = re.compile("[\u2e80-\u2fdf]")


def without_radicals(text: str) -> str:
    """Return text with radicals as the characters they stand for, one for one."""
    return text.translate(_PLAIN) if _ANY.search(text) else text
