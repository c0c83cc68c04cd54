"""When everything is in use: how to tell that no connection to the database came free in its time."""

WAITED_FOR = {("psycopg_pool", "PoolTimeout"), ("psycopg_pool", "TooManyRequests")}  # by name: SQLite needs no pool
RETRY_AFTER = 10  # seconds, as the proxy says for a site that is away


def is_busy(error: BaseException | None) -> bool:
    """Whether waiting for a connection is behind this error, directly or further down."""
    while error is not None:
        kind = type(error)
        if (kind.__module__.partition(".")[0], kind.__name__) in WAITED_FOR:
            return True
        error = error.__cause__ or error.__context__
    return False
