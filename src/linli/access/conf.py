"""What sign-in asks of Django's settings: applied by ``conf.settings``, so that it stands where it is used."""

from linli.access.lanes import Lane
from linli.conf.env import Env
from linli.custody import keyring

# Outermost: a request that does not fit is turned away before it costs anything.
FIRST_MIDDLEWARE: list[str] = [
    "linli.access.cookies.SecureCookiesMiddleware",
    "linli.access.lanes.LanesMiddleware",
    "linli.access.lanes.InTimeMiddleware",
]


def settings(env: Env) -> dict[str, object]:
    """The settings that sign-in needs, as names and values."""
    return {
        "SECRET_KEY": keyring.key(env.data_dir, keyring.DJANGO).hex(),
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "PASSWORD_HASHERS": ["linli.access.hashing.BoundedHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": 12},
            },
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
            {
                "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
                "OPTIONS": {"user_attributes": ("username", "display_name")},
            },
        ],
        "LANES": {
            "pages": Lane(at_once=2, waiting=4, patience_s=2.0),
            "forms": Lane(at_once=1, waiting=1, patience_s=2.0),
            "codes": Lane(at_once=1, waiting=6, patience_s=4.0),  # one evening brings a thousand of them in a minute
            "sign_in": Lane(at_once=1, waiting=2, patience_s=2.0),
        },
        "READ_WITHIN_MS": 2000,
        "WRITE_WITHIN_MS": 5000,
        **_cookies(env),
        **_allauth(env),
    }


def _cookies(env: Env) -> dict[str, object]:
    """Cookies no script can read. ``access.cookies`` adds Secure to every one that leaves over https."""
    return {
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_AGE": 12 * 60 * 60,
        "CSRF_TRUSTED_ORIGINS": [f"https://{name}" for name in env.names]
        + ([env.url] if env.url and env.names else []),
        # Only a proxy on this machine may say that it was https; where we speak TLS ourselves, nobody may.
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if env.behind_proxy else None,
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1 if env.behind_proxy else 0,
    }


def _allauth(env: Env) -> dict[str, object]:
    """Accounts are made by an administrator: no sign-up, no e-mail, no password reset by mail."""
    return {
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "linli.access.adapter.AccountAdapter",
        "ACCOUNT_FORMS": {"login": "linli.access.forms.LoginForm"},
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_LOGOUT_REDIRECT_URL": "/",
        "ACCOUNT_LOGOUT_ON_GET": False,
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 300,
        "ACCOUNT_RATE_LIMITS": {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user"},
        "MFA_ADAPTER": "linli.access.adapter.FactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": False,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "MFA_TOTP_ISSUER": "Linli",
        "MFA_TOTP_TOLERANCE": 1,
        # Browsers themselves refuse passkeys on plain http except on localhost, where a demo has no https.
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not env.names,
        # allauth counts failed sign-ins here, per process: with two workers a guesser has at most twice the tries.
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    }
