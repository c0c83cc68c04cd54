"""By the clock."""

import logging

from django_tasks import task

from lms.audit.chain import add_links, check

log = logging.getLogger(__name__)


@task()
def add_audit_links() -> str:
    """Every five minutes: what was noted gets its place in the chain."""
    return f"{add_links()} links"


@task()
def check_audit() -> str:
    """Daily: goes along the chain and tells its end, so that it stands in a log that is kept elsewhere too."""
    add_links()
    found = check()
    if found.broken_at is not None:
        log.error("The chain of what was noted is broken at link %s.", found.broken_at)
    else:
        log.warning("The chain of what was noted has %s links and ends with %s.", found.links, found.end)
    return f"{found.links} links"
