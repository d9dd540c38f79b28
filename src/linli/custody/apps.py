from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class CustodyConfig(AppConfig):
    name = "linli.custody"
    label = "custody"

    def ready(self) -> None:
        """Import every room's declarations; third-party packages may have a ``fields`` module of another kind."""
        import_module("linli.custody.foreign")
        for app in apps.get_app_configs():
            if app.name.startswith("linli.") and find_spec(f"{app.name}.fields"):
                import_module(f"{app.name}.fields")
