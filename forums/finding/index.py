"""What the database keeps so that posts are found by their words.

PostgreSQL has an index for each way of reading words, SQLite a table of words (FTS5) that triggers keep true: whatever is said,
changed, withdrawn or deleted, by whichever way, is found or not found from that moment.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

CONFIGS = ("english", "simple")  # ways of PostgreSQL to read words

_POSTGRESQL = [
    f"CREATE INDEX IF NOT EXISTS post_words_{config} ON forums_post USING gin (to_tsvector('{config}'::regconfig, COALESCE(plain, '')))"
    for config in CONFIGS
]
_TAKE_IN = "INSERT INTO forums_post_words(rowid, plain) VALUES (new.id, new.plain);"
_TAKE_OUT = "INSERT INTO forums_post_words(forums_post_words, rowid, plain) VALUES ('delete', old.id, old.plain);"
_TRIGGERS = {
    "post_words_said": f"AFTER INSERT ON forums_post BEGIN {_TAKE_IN} END",
    "post_words_changed": f"AFTER UPDATE OF plain ON forums_post BEGIN {_TAKE_OUT} {_TAKE_IN} END",
    "post_words_gone": f"AFTER DELETE ON forums_post BEGIN {_TAKE_OUT} END",
}
_SQLITE = [
    "CREATE VIRTUAL TABLE IF NOT EXISTS forums_post_words"
    " USING fts5(plain, content='forums_post', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')",
    *(f"CREATE TRIGGER IF NOT EXISTS {name} {what}" for name, what in _TRIGGERS.items()),
    "INSERT INTO forums_post_words(forums_post_words) VALUES ('rebuild')",
]


def make_index(connection: BaseDatabaseWrapper) -> None:
    """Makes what is missing of it, of the posts that are there. Again is harmless."""
    _run(connection, {"postgresql": _POSTGRESQL, "sqlite": _SQLITE}[connection.vendor])


def drop_index(connection: BaseDatabaseWrapper) -> None:
    of_sqlite = [*(f"DROP TRIGGER IF EXISTS {name}" for name in _TRIGGERS), "DROP TABLE IF EXISTS forums_post_words"]
    of_postgresql = [f"DROP INDEX IF EXISTS post_words_{config}" for config in CONFIGS]
    _run(connection, {"postgresql": of_postgresql, "sqlite": of_sqlite}[connection.vendor])


def mend_index(connection: BaseDatabaseWrapper) -> None:
    """After migrations: SQLite makes a table anew to change it, and the triggers go with the old one."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'post_words_%' OR name = 'forums_post_words'")
        there = {name for (name,) in cursor.fetchall()}
    if "forums_post_words" in there and not set(_TRIGGERS) <= there:
        make_index(connection)


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
