"""Zuozheng (佐证): the evidence archive of an education authority.

The package is the application root: code says ``from schema.model import Point``. In a checkout or an editable install the
four packages lie beside this one; in an installed wheel they lie inside it, so the launcher puts this folder first on the path
and nothing called ``schema`` or ``archive`` lands in site-packages.
"""

import sys
from pathlib import Path

__version__ = "0.1.0"

_ROOT = Path(__file__).resolve().parent
if (_ROOT / "schema").is_dir() and str(_ROOT) not in sys.path:
    sys.path.insert(0, str(_ROOT))


def main() -> None:
    """Run the command line; the console script ``zuozheng`` calls this."""
    from zuozheng.__main__ import main as run  # noqa: PLC0415 - the path must be set first

    run()
