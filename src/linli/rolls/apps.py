from django.apps import AppConfig


class RollsConfig(AppConfig):
    name = "linli.rolls"
    label = "rolls"
