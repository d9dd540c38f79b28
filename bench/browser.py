"""The system's Chromium, for the tests and for what is measured in a browser."""

import shutil

# Without a window of its own first: every page takes a third less of the processor.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Where it is; RuntimeError with the remedy where there is none."""
    for name in PROGRAMS:
        if found := shutil.which(name):
            return found
    raise RuntimeError(
        "There is no Chromium here. As root, `make test` installs it; else: apt-get install chromium-headless-shell"
    )
