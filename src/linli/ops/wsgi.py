"""What each web worker imports: the application, after tying the worker's life to its server's."""

import gc

from django.urls import get_resolver

from linli.conf.wsgi import application
from linli.ops.children import die_with_parent

die_with_parent()
get_resolver().url_patterns  # noqa: B018 -- the pages are imported now, and not by who asks for the first one
# What is there by now stays. Looking through all of it for garbage took 60 ms and more, while every request waited.
gc.collect()
gc.freeze()

__all__ = ["application"]
