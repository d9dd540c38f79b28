from django.apps import AppConfig


class MusterConfig(AppConfig):
    name = "linli.muster"
    label = "muster"
