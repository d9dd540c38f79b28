from django.apps import AppConfig


class ClosingConfig(AppConfig):
    name = "linli.closing"
    label = "closing"
