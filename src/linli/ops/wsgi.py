"""What each web worker imports: the application, after tying the worker's life to its server's."""

from linli.conf.wsgi import application
from linli.ops.children import die_with_parent

die_with_parent()

__all__ = ["application"]
