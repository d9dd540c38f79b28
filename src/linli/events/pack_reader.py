"""From YAML to frozen parts, so that every mistake keeps its line.

The parts are dataclasses (``pack_parts``) and are the schema: a key is a field, its type says what may stand there,
``limits(...)`` how much of it. A part may also have a method ``wrongs()``, which says what does not fit together.
"""

import dataclasses
import re
import types
import typing
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, Literal, Protocol, runtime_checkable

import yaml
from django.utils.translation import gettext_noop

from linli.events.errors import Mistake

MOST_BYTES = 256 * 1024
_MOST_DEPTH = 12
_TAG = "tag:yaml.org,2002:"
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,8})\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MISSING = object()

Wrong = tuple[str, str, dict[str, object]]
"""Where (a path below the part), the sentence, and its facts."""


@runtime_checkable
class Checked(Protocol):
    """A part that knows what does not fit together in it."""

    def wrongs(self) -> Iterator[Wrong]:
        """Each thing that is wrong."""
        ...


def limits(
    *, least: int | None = None, most: int | None = None, shape: str | None = None, default: Any = dataclasses.MISSING
) -> Any:
    """A field whose number, length or text is limited: `least` and `most` bound a number or a list's length."""
    return dataclasses.field(default=default, metadata={"least": least, "most": most, "shape": shape})


class Reader:
    """Reads one file and keeps every mistake.

    Attributes:
        mistakes: all that was wrong, in the order it was met.
        lines: the line of every part by its path, e.g. ``orders.types[2].code``.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []
        self.lines: dict[str, int] = {}

    def wrong(self, line: int, reason: str, **facts: object) -> Any:
        """Note a mistake."""
        self.mistakes.append(Mistake(self.file, line, reason, facts))
        return _MISSING

    def read(self, raw: bytes, kind: type) -> Any:
        """The part that a file describes, or None where it has a mistake."""
        node = self._root(raw)
        if node is None:
            return None
        built = self._build(kind, node, "", {})
        return None if self.mistakes else built

    def _root(self, raw: bytes) -> yaml.Node | None:
        if len(raw) > MOST_BYTES:
            self.wrong(1, gettext_noop("A pack has at most {most} bytes."), most=MOST_BYTES)
            return None
        try:
            text = raw.decode("utf-8-sig")
            if not self._is_plain(text):
                return None
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            self.wrong(line, gettext_noop("This is not UTF-8 text."))
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, int(error.position)) + 1
            self.wrong(line, gettext_noop("A character that no text file may hold."))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark is not None else 1
            self.wrong(line, gettext_noop("This is not YAML: {problem}."), problem=error.problem or "?")
        else:
            if node is None:
                self.wrong(1, gettext_noop("The file is empty."))
            return node
        return None

    def _is_plain(self, text: str) -> bool:
        """Whether a text holds no references and is nested no deeper than a pack; looked at before it is built."""
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                self.wrong(_line(event), gettext_noop("Write it out: references (*name) are not used in packs."))
                return False
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MOST_DEPTH:
                self.wrong(_line(event), gettext_noop("It is nested too deep."))
                return False
        return True

    def _build(self, kind: Any, node: yaml.Node, path: str, meta: typing.Mapping[str, Any]) -> Any:
        self.lines[path] = _line(node)
        origin = typing.get_origin(kind)
        if origin in (typing.Union, types.UnionType):
            if node.tag == _TAG + "null":
                return None
            kind = next(each for each in typing.get_args(kind) if each is not types.NoneType)
            return self._build(kind, node, path, meta)
        if origin is Literal:
            return self._one_of(typing.get_args(kind), node)
        if origin is tuple:
            return self._list(typing.get_args(kind)[0], node, path, meta)
        if dataclasses.is_dataclass(kind):
            return self._part(kind, node, path)
        return self._plain(kind, node, meta)

    def _part(self, kind: Any, node: yaml.Node, path: str) -> Any:
        if not isinstance(node, yaml.MappingNode):
            return self.wrong(_line(node), gettext_noop("Here belong keys with values: {keys}."), keys=_keys(kind))
        hints, fields = _shape(kind)
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name not in fields:
                self.wrong(
                    _line(key),
                    gettext_noop("The key {key} is unknown here; known are {keys}."),
                    key=name,
                    keys=_keys(kind),
                )
            elif name in found:
                self.wrong(_line(key), gettext_noop("The key {key} stands here twice."), key=name)
            else:
                inner = f"{path}.{name}" if path else name
                found[name] = self._build(hints[name], value, inner, fields[name].metadata)
                self.lines[inner] = _line(key)
        for name, field in fields.items():
            if name not in found and field.default is dataclasses.MISSING:
                found[name] = self.wrong(_line(node), gettext_noop("The key {key} is missing."), key=name)
        if any(value is _MISSING for value in found.values()):
            return _MISSING
        part = kind(**found)
        if isinstance(part, Checked):
            for below, reason, facts in part.wrongs():
                self.wrong(self.line_at(".".join(filter(None, (path, below)))), reason, **facts)
        return part

    def _list(self, kind: Any, node: yaml.Node, path: str, meta: typing.Mapping[str, Any]) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            return self.wrong(_line(node), gettext_noop("Here belongs a list."))
        least = meta.get("least") or 0
        if len(node.value) < least:
            return self.wrong(_line(node), gettext_noop("At least {least} belong in this list."), least=least)
        built = [self._build(kind, each, f"{path}[{row}]", {}) for row, each in enumerate(node.value)]
        seen: set[object] = set()
        for each, value in zip(node.value, built, strict=True):
            code = getattr(value, "code", value if isinstance(value, str) else None)
            if code is not None and code in seen:
                self.wrong(_line(each), gettext_noop("The code {code} stands in this list twice."), code=code)
            seen.add(code)
        return _MISSING if any(value is _MISSING for value in built) else tuple(built)

    def _one_of(self, allowed: tuple[Any, ...], node: yaml.Node) -> Any:
        for value in allowed:
            if isinstance(node, yaml.ScalarNode) and node.value == str(value):
                return value
        return self.wrong(
            _line(node), gettext_noop("Here belongs one of: {allowed}."), allowed=", ".join(map(str, allowed))
        )

    def _plain(self, kind: type, node: yaml.Node, meta: typing.Mapping[str, Any]) -> Any:
        line = _line(node)
        if not isinstance(node, yaml.ScalarNode):
            return self.wrong(line, gettext_noop("Here belongs a single value, not a list or keys."))
        if kind is bool:
            if node.value in ("true", "false") and node.tag == _TAG + "bool":
                return node.value == "true"
            return self.wrong(line, gettext_noop("Here belongs true or false."))
        if kind is int:
            return self._number(node, line, meta)
        if kind is date:
            return self._date(node, line)
        return self._text(node, line, meta)

    def _number(self, node: yaml.ScalarNode, line: int, meta: typing.Mapping[str, Any]) -> Any:
        if node.tag != _TAG + "int" or not _WHOLE.match(node.value):
            return self.wrong(line, gettext_noop("Here belongs a whole number, written plainly."))
        number, least, most = int(node.value), meta.get("least"), meta.get("most")
        if least is not None and number < least:
            return self.wrong(
                line, gettext_noop("{number} is too small: at least {least}."), number=number, least=least
            )
        if most is not None and number > most:
            return self.wrong(line, gettext_noop("{number} is too large: at most {most}."), number=number, most=most)
        return number

    def _date(self, node: yaml.ScalarNode, line: int) -> Any:
        try:
            if _DATE.match(node.value):
                return date.fromisoformat(node.value)
        except ValueError:
            pass  # 2022-02-30 has the right shape and is no day
        return self.wrong(line, gettext_noop("Here belongs a date, written 2022-09-02."))

    def _text(self, node: yaml.ScalarNode, line: int, meta: typing.Mapping[str, Any]) -> Any:
        if node.tag != _TAG + "str":
            return self.wrong(line, gettext_noop("Here belongs text; put it in quotation marks."))
        if not node.value.strip():
            return self.wrong(line, gettext_noop("Here belongs text, but there is none."))
        shape = meta.get("shape")
        if shape is not None and not re.fullmatch(shape, node.value):
            return self.wrong(
                line, gettext_noop("{text} does not have the form {shape}."), text=node.value, shape=shape
            )
        return node.value

    def line_at(self, path: str) -> int:
        """The line of a part, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)


@cache
def _shape(kind: Any) -> tuple[dict[str, Any], dict[str, dataclasses.Field[Any]]]:
    return typing.get_type_hints(kind), {field.name: field for field in dataclasses.fields(kind)}


def _keys(kind: Any) -> str:
    return ", ".join(_shape(kind)[1])


def _line(marked: Any) -> int:
    return int(marked.start_mark.line) + 1
