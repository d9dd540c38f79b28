"""Django's settings, derived from ``Env`` and nothing else."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from linli.conf.env import Env

ENV = Env.read(os.environ)
ROOT = Path(__file__).resolve().parent.parent


PREPARED_AFTER = 2
"""So often a connection is asked a statement of ``common.compiled.prepared`` before its plan is kept."""


def _database(url: str) -> dict[str, object]:
    """A libpq URL as Django wants it; a socket directory may stand in ?host=."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": query.pop("port", None) or str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**query, "application_name": "linli", "prepare_threshold": PREPARED_AFTER},
    }


def _database_url() -> str:
    if ENV.database_url:
        return ENV.database_url
    from linli.ops.cluster import database_url

    return database_url(ENV)


DATABASES = {"default": _database(_database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "linli.custody",
    "linli.places",
    "linli.access",
    "linli.people",
    "linli.events",
    "linli.rolls",
    "linli.duty",
    "linli.notices",
    "linli.desk",
    "linli.ledger",
    "linli.field",
    "linli.muster",
    "linli.command",
    "linli.closing",
    "linli.web",
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
]
AUTH_USER_MODEL = "access.User"
# Imported by the worker alone: nobody else waits for solvers.
PROCRASTINATE_IMPORT_PATHS = [
    "linli.custody.jobs",
    "linli.ops.jobs",
    "linli.access.jobs",
    "linli.access.sending",
    "linli.rolls.jobs",
    "linli.duty.hours.jobs",
    "linli.notices.sending",
    "linli.muster.jobs",
    "linli.muster.units.jobs",
    "linli.closing.jobs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "linli.web.caching.PrivateMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "linli.web.plain.NotOverPlainHttpMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "linli.access.phones.StaysOpenMiddleware",
    "linli.web.problems.ProblemMiddleware",
    "linli.web.first.administrator.FirstMiddleware",
    "linli.web.leaving.OneWayOutMiddleware",
]
ROOT_URLCONF = "linli.conf.urls"
WSGI_APPLICATION = "linli.conf.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [f"linli.web.templatetags.{name}" for name in ("fixed", "lists", "moments")],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linli.web.context.frame",
            ],
        },
    }
]

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *ENV.names]
DEBUG = ENV.debug

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["linli.conf.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_SELF],
        "img-src": [_SELF, "data:", "blob:"],
        "worker-src": [_SELF],
        "object-src": ["'none'"],
        "base-uri": [_SELF],
        "form-action": [_SELF],
        "frame-ancestors": ["'none'"],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "linli.web.problems.form_not_ours"
SESSION_ENGINE = "linli.access.sessions"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

# allauth and lanes declare what they need where they are used.
from linli.access import conf as access_conf  # noqa: E402

globals().update(access_conf.settings(ENV))
MIDDLEWARE = ["linli.common.logs.RequestLogMiddleware", *access_conf.FIRST_MIDDLEWARE, *MIDDLEWARE]

# JSON lines on standard error: everything from warnings up, and each request (common.logs).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "linli.common.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "linli.requests": {"level": "INFO"},
        "django.request": {"level": "ERROR"},  # a 404 is said by the line of its request
    },
}
