"""The reference of settings is complete, and the settings say what is wrong with themselves."""

import re
from pathlib import Path

import pytest

from linli.conf.env import BadSetting, Env

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_reference_lists_every_setting_that_the_code_reads() -> None:
    read = {
        name
        for source in (ROOT / "src").rglob("*.py")
        for name in re.findall(r"\bLINLI_[A-Z_]*[A-Z]\b", source.read_text(encoding="utf-8"))
    }
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert read
    assert {name for name in read if f"`{name}`" not in page} == set()


def test_the_guide_lists_every_refusal_of_the_machine_room() -> None:
    codes = re.findall(r'code = "(\w+)"', (ROOT / "src/linli/ops/errors.py").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "how-to" / "run.md").read_text(encoding="utf-8")
    assert codes
    assert {code for code in codes if f"`{code}`" not in page} == set()


def test_settings_are_read_with_their_defaults() -> None:
    env = Env.read({})
    assert (env.data_dir, env.port, env.database_url, env.hosts) == (Path("var").absolute(), 8000, None, ())
    assert Env.read({"LINLI_HOSTS": "a.example, b.example"}).hosts == ("a.example", "b.example")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_a_senseless_port_is_named(port: str) -> None:
    with pytest.raises(BadSetting, match="LINLI_PORT"):
        Env.read({"LINLI_PORT": port})
