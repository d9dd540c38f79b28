"""See that every model is as the migrations make it: on an empty database, all of them applied."""

import os
import sys

from linli.ops.throwaway import throwaway_database


def main() -> None:
    """Apply all migrations and ask Django whether one is missing; exits 1 then."""
    with throwaway_database() as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "linli.conf.settings"}
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        try:
            call_command("migrate", verbosity=0, interactive=False)
            call_command("makemigrations", check_changes=True, dry_run=True, interactive=False)
        finally:
            connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
