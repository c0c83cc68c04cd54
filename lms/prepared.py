"""Questions to the database that are put together once in each process.

Django makes the SQL of a query anew for each request; for the questions about who sees what this costs more than the database needs to
answer. A prepared question is an ordinary queryset, made by an ordinary function out of the same rules as everywhere (`visible_to`). It
is made once, with marks in place of what differs from one asking to the next; then only those are filled in.

Whatever decides how the question is put (a part, whether somebody coordinates) belongs to its shape; whatever it is asked about is a
value. That the two were not confused is looked at in all tests: there the first CHECK_PREPARED askings of each shape are put together
in the ordinary way too, and have to be the same, sign for sign.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet, sql

Row = TypeVar("Row")
Kept = TypeVar("Kept", bound=Model)
Scalar = int | str | uuid.UUID | datetime.date  # and datetime.datetime, which is a date
Value = Scalar | list[int] | list[uuid.UUID]
_MARK = 7_310_000_000_000_000_000  # no id and no constant reaches this high


class Prepared(Generic[Row]):
    """`ask` gets the shape as it stands and the values by name, and returns a queryset. Calling this returns its rows."""

    def __init__(self, ask: Callable[..., QuerySet[Any, Row]]) -> None:
        self.ask = ask
        self._made: dict[tuple[Hashable, ...], _Made | None] = {}

    def __call__(self, *shape: Hashable, **values: Value) -> list[Row]:
        asked = self.asked(*shape, **values)
        return [] if asked is None else asked.rows()

    def asked(self, *shape: Hashable, **values: Value) -> Asked[Row] | None:
        """The question with its values, not yet put: for `together`. None if it is answered by nothing."""
        key = (*shape, *(len(value) for value in values.values() if isinstance(value, list)))
        if key not in self._made:
            self._made[key] = _make(self.ask, shape, values)
        made = self._made[key]
        if made is None:
            return None
        params = made.filled(values)
        if made.times_checked < settings.CHECK_PREPARED:
            made.times_checked += 1
            _check(self.ask(*shape, **values), made, params)
        return Asked(made, params)


class PreparedNew(Generic[Kept]):
    """Stores new objects of one model by a statement that is put together once. As `objects.create`, but for signals, which it does not
    send, and values that the database gives: it is for models without either."""

    def __init__(self, model: type[Kept]) -> None:
        self.model = model
        self._sql = ""
        self._times_checked = 0

    def asked(self, new: Kept) -> Storing[Kept]:
        """The statement for this object, not yet put: for `together`, which gives the object its id."""
        connection = connections[DEFAULT_DB_ALIAS]
        fields = [field for field in self.model._meta.concrete_fields if not field.primary_key]
        params = tuple(field.get_db_prep_save(field.pre_save(new, True), connection) for field in fields)
        if not self._sql or self._times_checked < settings.CHECK_PREPARED:
            self._times_checked += 1
            put, wanted = _insertion(new, fields)
            self._sql = self._sql or put
            if (put, [_plain(one) for one in wanted]) != (self._sql, [_plain(one) for one in params]):
                raise AssertionError(f"Prepared otherwise than asked: {self._sql} for {put}")
        return Storing(new, self._sql, params)


def changing(rows: QuerySet[Any, Any], **changes: Any) -> QuerySet[Any, Any]:
    """What a prepared question returns that changes rows instead of reading them, as their `update` would; it has no answer."""
    asked: Any = rows.order_by()
    asked.query = asked.query.chain(sql.UpdateQuery)
    asked.query.add_update_values(changes)
    asked._iterable_class = _Nothing
    changing: QuerySet[Any, Any] = asked
    return changing


def together(*questions: Asked[Any] | Storing[Any] | None, first: str = "") -> tuple[list[Any], ...]:
    """The answers to several questions, put one after the other in this order. PostgreSQL gets them in one trip, with a statement of its
    own in front (`first`), where there is one; each sees what the ones before it waited for."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "postgresql":
        return tuple([] if asked is None else asked.rows() for asked in questions)
    connection.ensure_connection()
    with ExitStack() as open_until_read:
        cursors = [open_until_read.enter_context(_cursor(connection)) for _ in questions]
        with connection.wrap_database_errors, connection.connection.pipeline():
            if first:
                open_until_read.enter_context(_cursor(connection)).execute(first)
            for cursor, asked in zip(cursors, questions, strict=True):
                if asked is not None:
                    cursor.execute(asked.sql, asked.params)
        answers = [cursor.fetchall() if cursor.description else [] for cursor in cursors]
    return tuple([] if asked is None else asked.rows(answer) for asked, answer in zip(questions, answers, strict=True))


def _cursor(connection: Any) -> Any:
    """One by which PostgreSQL itself fills in the values, and keeps how it will go about a statement that comes again. Django's own
    writes the values into the text, since not all that it can ask can be put so; what is asked together can."""
    from django.db.backends.postgresql import base

    cursor: Any = base.ServerBindingCursor
    return connection._prepare_cursor(cursor(connection.connection))


def padded(ids: Sequence[int], length: int) -> list[int]:
    """As many ids as a question is prepared for: those that are missing are those of nothing."""
    return [*ids, *range(-1, len(ids) - length - 1, -1)]


# --- inside ---------------------------------------------------------------------------------------------------------


@dataclass
class _Made:
    model: Any
    using: str
    rows: Any  # the class by which Django reads rows: as objects or as tuples
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    places: dict[int, tuple[str, int | None]]  # place among the parameters -> name of the value, and place in it if it is a list
    times_checked: int = 0
    converters: Any = None

    def converters_of(self, fields: Any) -> Any:
        """How values are made of what the driver gives. They hang on the fields alone, which are the same each time."""
        if self.converters is None:
            compiler = _twin(self.compiler)
            compiler.connection = connections[self.using]
            self.converters = compiler.get_converters(fields)
        return self.converters

    def filled(self, values: dict[str, Value]) -> tuple[Any, ...]:
        filled = list(self.params)
        for place, (name, number) in self.places.items():
            value = values[name] if number is None else values[name][number]  # type: ignore[index]
            filled[place] = _as_parameter(self.using, value, like=filled[place])
        return tuple(filled)


class Asked(Generic[Row]):
    """A question with its values. It is also what Django's row classes ask of a queryset and its query; here the answer is a compiler
    that has done its work, and may have its rows already."""

    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, made: _Made, params: tuple[Any, ...]) -> None:
        self.query, self.model, self.db = self, made.model, made.using
        self.made, self.sql, self.params = made, made.sql, params
        self._answer: list[Any] | None = None

    def rows(self, answer: list[Any] | None = None) -> list[Row]:
        """Made of what the database answered, which is asked now if it was not yet."""
        self._answer = answer
        return list(self.made.rows(self))

    def get_compiler(self, using: str) -> Any:
        compiler = _twin(self.made.compiler)
        compiler.connection = connections[using]  # of this thread
        compiler.get_converters = self.made.converters_of
        compiler.as_sql = lambda: (self.sql, self.params)
        if self._answer is not None:
            compiler.execute_sql = lambda *args, **kwargs: [self._answer]
        return compiler


class Storing(Generic[Kept]):
    """The statement by which one new object is stored, with its values."""

    def __init__(self, new: Kept, sql: str, params: tuple[Any, ...]) -> None:
        self.new, self.sql, self.params = new, sql, params

    def rows(self, answer: list[Any] | None = None) -> list[Kept]:
        """The object, now with its id."""
        [[self.new.pk]] = _asked_now(self) if answer is None else answer
        self.new._state.adding, self.new._state.db = False, DEFAULT_DB_ALIAS
        return [self.new]


class _Nothing:
    """The answer of what changes rows. Django's row classes are made the same way."""

    def __init__(self, asked: Asked[Any]) -> None:
        self.asked = asked

    def __iter__(self) -> Iterator[Any]:
        if self.asked._answer is None:
            _asked_now(self.asked)
        return iter(())


def _asked_now(asked: Asked[Any] | Storing[Any]) -> list[Any]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(asked.sql, asked.params)
        return list(cursor.fetchall()) if cursor.description else []


def _insertion(new: Model, fields: list[Any]) -> tuple[str, tuple[Any, ...]]:
    """As Django puts it together."""
    query = sql.InsertQuery(type(new))
    query.insert_values(fields, [new])
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.returning_fields = [type(new)._meta.pk]
    [(statement, params)] = compiler.as_sql()
    return statement, tuple(params)


def _plain(param: Any) -> Any:
    """JSON as the driver takes it does not say what it is equal to."""
    return getattr(param, "obj", param)


def _twin(compiler: Any) -> Any:
    """What `copy.copy` would give, without its detours."""
    twin = object.__new__(type(compiler))
    twin.__dict__.update(compiler.__dict__)
    return twin


def _make(ask: Callable[..., QuerySet[Any, Any]], shape: tuple[Hashable, ...], values: dict[str, Value]) -> _Made | None:
    """None for a question that is answered by nothing whatever the values."""
    marks = {name: _marks(number * 100, value) for number, (name, value) in enumerate(values.items())}
    queryset = ask(*shape, **marks)
    compiler = queryset.query.get_compiler(queryset.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    compiler.connection = None
    known: dict[Any, tuple[str, int | None]] = {}
    for name, mark in marks.items():
        for number, one in enumerate(mark if isinstance(mark, list) else [mark]):
            known[_as_parameter(queryset.db, one)] = (name, number if isinstance(mark, list) else None)
    places = {place: known[param] for place, param in enumerate(params) if isinstance(param, Hashable) and param in known}
    return _Made(queryset.model, queryset.db, queryset._iterable_class, compiler, sql, tuple(params), places)


def _marks(number: int, value: Value) -> Value:
    """Of the same kind as the value, and like nothing else."""
    if isinstance(value, list):
        return [_marks(number + place, one) for place, one in enumerate(value, start=1)]  # type: ignore[arg-type, return-value]
    if isinstance(value, datetime.datetime):
        return datetime.datetime(9001, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(seconds=number)
    if isinstance(value, datetime.date):
        return datetime.date(9001, 1, 1) + datetime.timedelta(days=number)
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=_MARK + number)
    return f"\ufdd0{number}" if isinstance(value, str) else _MARK + number


def _as_parameter(using: str, value: Any, like: Any = None) -> Any:
    """As this database takes it."""
    ops = connections[using].ops
    if isinstance(value, datetime.datetime):
        return ops.adapt_datetimefield_value(value)
    if isinstance(value, datetime.date):
        return ops.adapt_datefield_value(value)
    if isinstance(value, uuid.UUID):
        return value if connections[using].features.has_native_uuid_field else value.hex
    return type(like)(value) if like is not None else value


def _check(queryset: QuerySet[Any, Any], made: _Made, params: tuple[Any, ...]) -> None:
    sql, asked = queryset.query.get_compiler(queryset.db).as_sql()
    if (sql, tuple(asked)) != (made.sql, params):
        raise AssertionError(f"Prepared otherwise than asked: {made.sql} for {sql}")
