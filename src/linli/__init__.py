"""Linli (邻里): mobilising neighbours when an emergency comes to people's doors."""

__version__ = "0.1.0"
