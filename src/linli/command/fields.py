"""Why briefings are kept, and who may read them. They hold counts and never a person."""

from linli.command.models import Briefing
from linli.custody.declare import EMERGENCY, ID, PUBLIC, Field, Keep, declare

BRIEFED = ["community_desk", "street", "district", "city", "press"]
GIVEN = Field("to say again what was said, to the figure", PUBLIC, BRIEFED)

declare(
    Briefing,
    basis=EMERGENCY,
    keep=Keep.ALWAYS,
    id=ID,
    event=Field("to know which event it belongs to", PUBLIC, BRIEFED),
    area=Field("which area it is about", PUBLIC, BRIEFED),
    as_of=GIVEN,
    figures=GIVEN,
    text_zh=GIVEN,
    text_en=GIVEN,
    wording=Field("to write it again in the words of its day", PUBLIC, BRIEFED),
    digest=Field("to prove that nothing in it was changed", PUBLIC, BRIEFED),
    saved_by=Field("who answers for it", readers=BRIEFED),
    saved_at=Field("since when", readers=BRIEFED),
)
