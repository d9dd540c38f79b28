"""Paper: a typst source of ours and facts in, a PDF out; every Chinese character set in our own font.

A source begins with ``#import "/common/pdf/page.typ": *`` and reads its facts with ``facts``. Words come in with the
facts, translated: a source holds layout, no language.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import typst

_HOUSE = Path(__file__).resolve().parent
_SOURCES = _HOUSE.parent.parent  # what a source may import lies under src/linli


def render(source: Path, facts: Mapping[str, object]) -> bytes:
    """Set one document. The same source and facts give the same bytes.

    Args:
        source: a ``.typ`` file; what it imports is named from the package's folder on, as above.
        facts: what JSON can say. ``title`` and ``language`` ("zh" or "en") are for the document itself; ``mark``, if
            any, stands on every page (a synthetic city's); ``foot`` stands left of the page number.

    Raises:
        typst.TypstError: the source is wrong; no input of a user can make it so, for facts are never read as source.
    """
    made = typst.compile(  # type: ignore[call-overload]  # its stub wants source and folders of one type
        source.read_bytes(),
        root=str(_SOURCES),
        font_paths=[str(_HOUSE)],
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        format="pdf",
        timestamp=0,
    )
    return cast(bytes, made)
