"""The tutorial runs as it is written."""

import re
from pathlib import Path

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorials" / "planning.md"


def test_the_tutorial_runs_from_top_to_bottom():
    blocks = re.findall(r"```python\n(.*?)```", TUTORIAL.read_text(), re.DOTALL)
    assert len(blocks) >= 4
    exec("\n".join(blocks), {})  # its own assertions are the test
