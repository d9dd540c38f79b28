"""The bundle: what is committed, its wheels, and a set-up from it that asks no index; here with one small package."""

import hashlib
import importlib.util
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
# Linli itself is not installed: its build would need a package more.
SETUP = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("setup", {tool!r})
setup = importlib.util.module_from_spec(spec); spec.loader.exec_module(setup)
pip = setup.pip
setup.pip = lambda arguments, total: pip(arguments, total) if "-e" not in arguments else None
setup.make_environment(); setup.install("run")
"""


def tool(name: str) -> ModuleType:
    """A program of tools/, as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def a_wheel(folder: Path) -> Path:
    """A package of one line."""
    at, info = folder / "linli_tiny-1.0-py3-none-any.whl", "linli_tiny-1.0.dist-info"
    files = {
        "linli_tiny.py": "WORD = '邻里'\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: linli-tiny\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(at, "w") as made:
        for name, words in files.items():
            made.writestr(name, words)
        made.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"]))
    return at


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the package index: that package, and pip as Python brings it."""
    import ensurepip

    folder = tmp_path / "index"
    folder.mkdir()
    brought = next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"), None)
    brought = brought or next(Path("/usr/share/python-wheels").glob("pip-*.whl"))
    (folder / brought.name).write_bytes(brought.read_bytes())
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def bundle(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle of this commit with the one package, unpacked."""
    digest = hashlib.sha256(a_wheel(index).read_bytes()).hexdigest()
    pins = tmp_path / "run.txt"
    pins.write_text(f"linli-tiny==1.0 --hash=sha256:{digest}\n")
    maker = tool("bundle")
    monkeypatch.setattr(maker, "PINS", pins)
    made = maker.main(tmp_path / "out", [HERE])
    said = made.with_name(made.name + ".sha256").read_text().split()
    assert said == [hashlib.sha256(made.read_bytes()).hexdigest(), made.name]
    with tarfile.open(made) as archive:
        archive.extractall(tmp_path, **maker.SAFELY)
    root: Path = tmp_path / made.name.removesuffix(".tar.gz")
    (root / "requirements" / "run.txt").write_bytes(pins.read_bytes())
    return root


def test_a_bundle_holds_what_is_committed_and_the_wheels(bundle: Path) -> None:
    assert {each.name.split("-")[0] for each in (bundle / "wheels").iterdir()} == {"linli_tiny", "pip"}
    assert (bundle / "Makefile").exists()
    assert not (bundle / ".git").exists()


@pytest.mark.parametrize("has_ensurepip", [True, False])
def test_a_bundle_sets_itself_up_from_its_own_wheels(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_ensurepip: bool
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    if not has_ensurepip:
        (tmp_path / "bare").mkdir()
        (tmp_path / "bare" / "ensurepip.py").write_text("raise ImportError")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "bare"))
    script = SETUP.format(tool=str(bundle / "tools" / "setup.py"))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    word = [str(bundle / ".venv" / "bin" / "python"), "-c", "import linli_tiny; print(len(linli_tiny.WORD))"]
    assert subprocess.run(word, capture_output=True, text=True, check=True).stdout == "2\n"


def test_a_bundle_for_another_python_says_so(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    for wheel in (bundle / "wheels").glob("linli_tiny*"):
        wheel.unlink()
    script = SETUP.format(tool=str(bundle / "tools" / "setup.py"))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"Was this bundle made for Python {HERE} and this kind of processor?" in done.stderr


def test_a_wheel_that_an_index_lacks_makes_no_bundle(index: Path, tmp_path: Path) -> None:
    maker = tool("bundle")
    with pytest.raises(SystemExit, match=f"not every wheel for Python {HERE} could be fetched"):
        maker.main(tmp_path / "out", [HERE])
    assert list((tmp_path / "out").iterdir()) == []


def test_a_wheel_with_another_hash_makes_no_bundle(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_wheel(index)
    maker = tool("bundle")
    (tmp_path / "run.txt").write_text(f"linli-tiny==1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(maker, "PINS", tmp_path / "run.txt")
    with pytest.raises(SystemExit, match="could be fetched"):
        maker.main(tmp_path / "out", [HERE])
    assert os.listdir(tmp_path / "out") == []
