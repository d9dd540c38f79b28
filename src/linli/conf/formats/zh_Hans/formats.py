"""Thousands are set apart as in English, 139,300: Django's own Chinese does not set them apart at all."""

NUMBER_GROUPING = 3
THOUSAND_SEPARATOR = ","
