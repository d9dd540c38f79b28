"""Secrets that prove a device, a program or a link: given out once, kept only as their digest.

They are 32 random bytes, so a plain SHA-256 is enough: there is nothing to guess.
"""

import hashlib
import re
import secrets

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def fresh_secret() -> str:
    """A new secret of 43 letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(32)


def looks_like_secret(text: str) -> bool:
    """Whether a text could be one of ours; anything else is not worth a query."""
    return _SECRET.fullmatch(text) is not None


def digest(secret: str) -> bytes:
    """What is stored of a secret, 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()
