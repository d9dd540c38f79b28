"""What sign-in asks of Django's settings."""

from linli.conf.env import Env

FIRST_MIDDLEWARE: list[str] = []


def settings(env: Env) -> dict[str, object]:
    """The settings that sign-in needs, as names and values."""
    return {"SECRET_KEY": "replaced-by-the-keyring", "AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"]}
