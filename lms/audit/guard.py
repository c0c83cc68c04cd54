"""The database itself refuses to change or delete what was noted, whoever asks: a forgotten line of code, a command, a console."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("audit_record", "audit_link")
SAID = "What was noted stays as it is."

_REFUSE = (
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'restrict_violation'; END $$"
)
# table and sort of statement -> the trigger's name
_OF_SQLITE = {(table, act): f"{table}_{act.lower()}" for table in TABLES for act in ("UPDATE", "DELETE")}
_OF_POSTGRESQL = {(table, act): f"{table}_{act.lower()}" for table in TABLES for act in ("UPDATE", "DELETE", "TRUNCATE")}


def make_guard(connection: BaseDatabaseWrapper) -> None:
    """Makes what is missing of it. Again is harmless."""
    if connection.vendor == "sqlite":
        return _run(
            connection,
            *(
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
                for (table, act), name in _OF_SQLITE.items()
            ),
        )
    triggers = (
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {act} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        for (table, act), name in _OF_POSTGRESQL.items()
    )
    return _run(connection, _REFUSE, *triggers)


def drop_guard(connection: BaseDatabaseWrapper) -> None:
    """For taking the tables back, and for tests."""
    if connection.vendor == "sqlite":
        return _run(connection, *(f"DROP TRIGGER IF EXISTS {name}" for name in _OF_SQLITE.values()))
    return _run(connection, *(f"DROP TRIGGER IF EXISTS {name} ON {table}" for (table, _act), name in _OF_POSTGRESQL.items()))


def mend_guard(connection: BaseDatabaseWrapper) -> None:
    """After migrations: SQLite makes a table anew to change it, and its triggers go with the old one."""
    if set(TABLES) <= set(connection.introspection.table_names()):
        make_guard(connection)


def _run(connection: BaseDatabaseWrapper, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
