"""A few words that stand in fields of a row, sealed under the key of the person whom they concern.

Each row has a key of its own, wrapped by that person's. Its `place` names table, row and person; a field is bound to it by its name, so
that what is copied to another row, person or field does not open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from lms import crypto


class Sealing(Protocol):
    """`<name>_sealed` fields beside `wrapped_key`."""

    wrapped_key: Any  # sealed bytes, or nothing yet

    @property
    def place(self) -> str: ...

    @property
    def sealed_for(self) -> int: ...


Row = TypeVar("Row", bound=Sealing)


def seal_words(row: Sealing, **words: str) -> None:
    """Sets `<name>_sealed` of each; whoever calls it saves the row. Call it inside the words' transaction (lms.crypto.person_key)."""
    if not row.wrapped_key:
        key, row.wrapped_key = crypto.wrap_new_key(row.sealed_for, place=f"{row.place}:key")
    else:
        key = crypto.unwrap_key(row.wrapped_key, row.sealed_for, place=f"{row.place}:key")
    for name, text in words.items():
        setattr(row, f"{name}_sealed", crypto.seal_text(text, key=key, place=f"{row.place}:{name}"))


def unseal_words(rows: Iterable[Row], *names: str) -> list[tuple[Row, Mapping[str, str] | None]]:
    """Each row with its words by name; what was never written is empty. None instead of words that do not open. One query."""
    rows = list(rows)
    keys = crypto.person_keys(row.sealed_for for row in rows) if rows else {}
    return [(row, _unsealed(row, keys.get(row.sealed_for), names)) for row in rows]


def _unsealed(row: Sealing, person_key: bytes | None, names: Iterable[str]) -> Mapping[str, str] | None:
    sealed = {name: getattr(row, f"{name}_sealed") for name in names}
    if not any(sealed.values()):
        return dict.fromkeys(sealed, "")
    if person_key is None or row.wrapped_key is None:
        return None
    try:
        key = crypto.unseal(row.wrapped_key, key=person_key, place=f"{row.place}:key")
        return {name: crypto.unseal_text(one, key=key, place=f"{row.place}:{name}") if one else "" for name, one in sealed.items()}
    except crypto.Unreadable:
        return None
