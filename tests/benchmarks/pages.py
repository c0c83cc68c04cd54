"""How much CPU a page costs, as ratios inside one run: against a bare signed-in view, and against the same page with little data.

    make bench        (or: python -m tests.benchmarks.pages)

Each page is asked twice over: in this process through Django's whole stack (middleware, session, templates), and of a web process
of its own through daphne, over HTTP. All are asked in turns, so that a busy machine slows all alike. Medians of CPU time; no
seconds are promised.
"""

import contextlib
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from unittest import mock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, get_runner
from django.urls import reverse
from django.utils import timezone

from courses.actions.journals import edit_entry, keep_entry
from courses.models import JournalEntry
from forums.actions.posting import Words, reply
from forums.models import Level, ThreadRead
from lms.run.prepare import collect_static
from lms.users.models import User
from tests.benchmarks.data import WORDS, a_crowded_year, a_room_by_requests, a_thread, a_year
from tests.benchmarks.server import serving
from tests.factories import make_cohort, make_membership, make_user

ROUNDS = int(os.environ.get("ROUNDS", "60"))
LONG = WORDS * 95  # about 2,000 words
BARE = "a bare signed-in view"
WARM_UP = 5

Page = tuple[Client, str]


def save(person: User, entry: JournalEntry, *, sealed: bool = True) -> None:
    """Changes an entry, with its words sealed or, to compare, stored as they are."""
    now = JournalEntry.objects.get(pk=entry.pk)
    words = LONG.replace("chair", f"chair{now.version}")
    with contextlib.ExitStack() as stack:
        if not sealed:
            stack.enter_context(mock.patch("lms.crypto.seal", lambda plain, **place: plain))
            stack.enter_context(mock.patch("lms.crypto.unseal", lambda sealed, **place: bytes(sealed)))
            stack.enter_context(mock.patch("lms.crypto.unseal_text", lambda sealed, **place: ""))
            stack.enter_context(mock.patch("lms.crypto.person_key", lambda *args, **kwargs: bytes(32)))
        edit_entry(actor=person, entry_id=now.pk, title="Entry", html=words, version=now.version)


def spent_on(ask: Callable[[], object]) -> float:
    before = time.process_time()
    ask()
    return time.process_time() - before


def medians(costs: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Median CPU seconds of each, asked in turns after a warm-up."""
    spent: dict[str, list[float]] = {name: [] for name in costs}
    for number in range(rounds + WARM_UP):
        for name, cost in costs.items():
            seconds = cost()
            if number >= WARM_UP:
                spent[name].append(seconds)
    return {name: statistics.median(times) for name, times in spent.items()}


def the_pages(reader: User) -> dict[str, Page]:
    """What is asked for, by name, and by whom."""
    traveller = make_user()
    cohort, activity = a_year(reader)
    for _ in range(99):  # a hundred cohorts behind one Today
        make_membership(cohort=make_cohort(programme=cohort.programme), person=traveller)
    make_membership(cohort=cohort, person=traveller, last_used_at=timezone.now())
    for number in range(1_000):
        keep_entry(actor=reader, client_id=uuid.uuid4(), title=f"Entry {number}", html=LONG)
    trainer = make_user()
    crowd = a_crowded_year(trainer)
    client, other, leading = Client(), Client(), Client()
    client.force_login(reader)
    other.force_login(traveller)
    leading.force_login(trainer)
    threads = {f"thread page, {posts:,} posts": a_thread(cohort, posts) for posts in (100, 1_000, 10_000)}
    for thread in threads.values():
        last = thread.posts.latest("pk").pk
        ThreadRead.objects.update_or_create(person=reader, thread=thread, defaults={"last_read": last})
    threads["thread page, all of it new"] = a_thread(cohort, 10_000)  # each time the next twenty, and keeping how far one is
    return {
        BARE: (client, "/bare/"),
        "Today": (client, "/"),
        "Today, 100 cohorts behind it": (other, "/"),
        "journal, 1,000 entries": (client, reverse("courses:journal")),
        "course page": (client, reverse("courses:course", args=[cohort.slug])),
        "cohort page, 60 x 60": (leading, reverse("overview", args=[crowd.slug])),
        "activity page": (client, reverse("activity", args=[cohort.slug, activity.module.slug, activity.slug])),
        **{name: (client, reverse("forums:thread", args=[cohort.slug, thread.pk])) for name, thread in threads.items()},
    }


def by_requests() -> dict[str, Page]:
    """What a page of a room asks every few seconds where its network lets no socket through."""
    room, person = a_room_by_requests(people=60, said=40)
    client = Client()
    client.force_login(person)
    address = reverse("live:room-news", args=[room.pk])
    news = {"nothing new": room.last_seq, "five messages new": room.last_seq - 5}
    return {f"room by requests, {what}": (client, f"{address}?epoch={room.epoch}&after={after}") for what, after in news.items()}


def queries_of(client: Client, address: str) -> int:
    """How many a page makes once it has been asked before. Raises AssertionError if it is no page."""
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
    return len(queries)


def the_cost_of_posting() -> dict[str, float]:
    """What a post costs its writer where sixty follow the thread and where nobody does; without the limit that holds for people."""
    threads = {}
    for name, followers in (("nobody follows", 0), ("60 follow", 60)):
        writer = make_user()
        cohort = make_cohort(members=[make_user(), writer])
        threads[name] = writer, a_thread(cohort, 20)
        for _ in range(followers):
            person = make_membership(cohort=cohort).person
            Level.objects.create(person=person, thread=threads[name][1], much=Level.Much.FOLLOW)

    def post(name: str) -> float:
        writer, thread = threads[name]
        words = Words(html=WORDS, client_id=uuid.uuid4())
        return spent_on(lambda: reply(actor=writer, thread=thread, words=words))

    with mock.patch("forums.actions.posting.POSTS", 10_000):
        return medians({name: lambda name=name: post(name) for name in threads}, ROUNDS)


def beside(name: str, costs: dict[str, float]) -> str:
    """The page against the same page with little behind it, where there is one."""
    small = {"thread page, 10,000 posts": "thread page, 1,000 posts", "Today, 100 cohorts behind it": "Today"}.get(name)
    return f"{costs[name] / costs[small]:.2f} x {small}" if small else ""


def table(counts: dict[str, int], inside: dict[str, float], served: dict[str, float]) -> None:
    print(f"| {'page':<28} | queries | in process | x bare | daphne | x bare | against |")
    print(f"|{'-' * 30}|--------:|-----------:|-------:|-------:|-------:|---|")
    for name, count in counts.items():
        ours, theirs = (f"{costs[name] * 1000:.2f} ms | {costs[name] / costs[BARE]:.1f}" for costs in (inside, served))
        small = " / ".join(filter(None, (beside(name, costs) for costs in (inside, served))))
        print(f"| {name:<28} | {count} | {ours} | {theirs} | {small} |")


def main() -> int:
    reader = make_user()
    pages = the_pages(reader) | by_requests()
    counts = {name: queries_of(*page) for name, page in pages.items()}
    inside = medians({name: lambda page=page: spent_on(lambda: page[0].get(page[1])) for name, page in pages.items()}, ROUNDS)
    with serving() as server:
        costs: dict[str, Callable[[], float]] = {name: lambda page=page: server.cost(page[1], page[0]) for name, page in pages.items()}
        served = medians(costs | {"clock": server.cost}, ROUNDS // 3)
    clock = served.pop("clock")
    served = {name: seconds - clock for name, seconds in served.items()}
    print(f"\nDjango {django.__version__}, Python {sys.version.split()[0]}, {connection.vendor}, {ROUNDS} rounds, DEBUG {settings.DEBUG}\n")
    table(counts, inside, served)
    entries = list(JournalEntry.objects.filter(author=reader)[:2])
    saving = medians(
        {
            "sealed": lambda: spent_on(lambda: save(reader, entries[0])),
            "unsealed": lambda: spent_on(lambda: save(reader, entries[1], sealed=False)),
        },
        ROUNDS,
    )
    ratio = saving["sealed"] / saving["unsealed"]
    print(f"\nSaving an entry of 2,000 words: {saving['sealed'] * 1000:.2f} ms, {ratio:.2f} x saving it with the sealing taken out.")
    posting = the_cost_of_posting()
    ratio = posting["60 follow"] / posting["nobody follows"]
    print(f"\nPosting with 60 followers: {posting['60 follow'] * 1000:.2f} ms, {ratio:.2f} x posting with none.")
    return 0


if __name__ == "__main__":
    collect_static()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        status = main()
    finally:
        runner.teardown_databases(databases)
    sys.exit(status)
