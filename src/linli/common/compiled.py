"""Queries and insertions whose statement is written once.

Django takes five to ten times as long to write the statement of a query as the driver to send it, and the database to
plan it as to answer it. A query that comes with every page is written the first time it is asked, and planned the first
times that a connection asks it; afterwards only the values go in.

    _ON_DEVICE = Compiled(lambda: OneTimeCode.objects.filter(device=Given("device")).order_by("-pk"))

    _ON_DEVICE.first(device=digest)

So is the statement that writes a row where a thousand people write one in the same seconds.

    _SIGN_UPS = Insertion(SignUp)

    _SIGN_UPS.add_unless_taken(SignUp(id=key, ...))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model, QuerySet, Value
from django.db.models.constants import OnConflict
from django.db.models.query import get_related_populators
from django.db.models.sql import InsertQuery

M = TypeVar("M", bound=Model)


class _Cursor(ServerBindingCursor):
    """Tells what it ran last, as the others do, also where that was planned before."""

    def _send_query_prepared(self, name: bytes, pgq: Any, *, binary: bool | None = None) -> None:
        self._query = pgq
        super()._send_query_prepared(name, pgq, binary=binary)  # type: ignore[misc]


def prepared() -> CursorWrapper:
    """A cursor whose statements the database reads and plans once for each connection, where they come again.

    For statements whose values are of one kind each time, and that find what they look for by a key: their plan is
    made for whatever values come.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = _Cursor(connection.connection)  # type: ignore[call-arg]
        # as `connection.cursor()` does with its own
        return cast(CursorWrapper, connection._prepare_cursor(cursor))  # type: ignore[attr-defined]


class Given(Value):
    """Where a value goes in that is given when the query is asked.

    Args:
        name: of the value. output_field: what it is, where Django cannot tell from what it is compared with.
    """

    def __init__(self, name: str, output_field: "Field[Any, Any] | None" = None) -> None:
        super().__init__(name, output_field)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A placeholder, and this itself in the place of its value."""
        return "%s", (self,)

    def _resolve_output_field(self) -> None:
        """What it is does not follow from its name."""


class OneOf(Given):
    """Any of several values that are given when the query is asked."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """To be compared with `=`."""
        return "ANY(%s)", (self,)


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement, and how a row of it becomes an object."""

    model: type[Model]
    sql: str
    params: tuple[Any, ...]
    fields: tuple[str, ...]
    first: int
    after: int
    converters: list[tuple[int, list[Any], Any]]
    related: list[Any]


class Compiled(Generic[M]):
    """A query of whole objects, of those they refer to by `select_related` too; neither annotated nor prefetched."""

    def __init__(self, made: Callable[[], QuerySet[M]]) -> None:
        self._made = made
        self._written: _Written | None = None

    def all(self, **given: object) -> list[M]:
        """Every object that is found, in the order of the query."""
        written = self._written or self._write()
        values: list[Any] = [given[each.value] if isinstance(each, Given) else each for each in written.params]
        with prepared() as cursor:
            cursor.execute(written.sql, values)
            rows = cursor.fetchall()
        return [self._object(written, row) for row in rows]

    def first(self, **given: object) -> M | None:
        """The first of them; the query itself should end there, by `[:1]`."""
        found = self.all(**given)
        return found[0] if found else None

    def _write(self) -> _Written:
        """Two threads that come first together write the same."""
        compiler = self._made().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        klass, select = compiler.klass_info, compiler.select
        assert klass is not None
        assert not compiler.annotation_col_map
        first, after = klass["select_fields"][0], klass["select_fields"][-1] + 1
        self._written = _Written(
            model=klass["model"],
            sql=sql,
            params=tuple(params),
            fields=tuple(each[0].target.attname for each in select[first:after]),
            first=first,
            after=after,
            converters=[
                (place, convert, column)
                for place, (convert, column) in compiler.get_converters([each[0] for each in select]).items()
            ],
            related=get_related_populators(klass, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]
        )
        return self._written

    def _object(self, written: _Written, row: tuple[Any, ...]) -> M:
        if written.converters:
            kept = list(row)
            for place, convert, column in written.converters:
                for each in convert:
                    kept[place] = each(kept[place], column, connection)
            row = tuple(kept)
        found = written.model.from_db(DEFAULT_DB_ALIAS, written.fields, row[written.first : written.after])
        for each in written.related:
            each.populate(row, found)
        return cast(M, found)


class Insertion(Generic[M]):
    """Adds rows of one model, one at a time, whose values are plain ones. Signals and the model's own `save` are passed
    by."""

    def __init__(self, model: type[M]) -> None:
        self._model = model
        self._written: dict[bool, str] = {}

    def add(self, row: M) -> None:
        """Write a row.

        Raises:
            IntegrityError: as Django does.
        """
        self._run(row, unless_taken=False)

    def add_unless_taken(self, row: M) -> bool:
        """Write a row, unless a unique key of it is taken; whether it was written. Where another transaction has just
        written the same, its end is waited for."""
        return self._run(row, unless_taken=True)

    def _run(self, row: M, *, unless_taken: bool) -> bool:
        sql = self._written.get(unless_taken) or self._write(row, unless_taken=unless_taken)
        values = [each.get_db_prep_save(each.pre_save(row, True), connection) for each in self._fields()]
        with prepared() as cursor:
            cursor.execute(sql, values)
            written: bool = cursor.rowcount == 1
            if written:
                row.pk = cursor.fetchone()[0]
        row._state.adding, row._state.db = not written, DEFAULT_DB_ALIAS
        return written

    def _fields(self) -> "list[Field[Any, Any]]":
        """All but a key that the database gives."""
        meta = self._model._meta
        return [each for each in meta.local_concrete_fields if each is not meta.auto_field]

    def _write(self, row: M, *, unless_taken: bool) -> str:
        query = InsertQuery(self._model, on_conflict=OnConflict.IGNORE if unless_taken else None)
        query.insert_values(self._fields(), [row])
        ((sql, _),) = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        return self._written.setdefault(unless_taken, f'{sql} RETURNING "{self._model._meta.pk.column}"')
