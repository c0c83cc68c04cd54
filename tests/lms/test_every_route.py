"""Every address again, for what none may do: come without its policy (S11), act without a token or by being looked at (S13)."""

import copy
import hashlib
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.apps import apps
from django.db import connections, router, transaction
from django.test import Client
from django.urls import reverse

from lms.policy import ROUTES, Whose
from lms.users.models import User
from tests.factories import PASSWORD
from tests.lms.test_policy import OURS
from tests.world import ANONYMOUS, World, make_world
from tests.world_things import own_thing, things_of

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

ACTORS = [ANONYMOUS, "trainee", "trainer", "aftercare", "coordinator", "site_coordinator", "removed"]
LIBRARY_PARTS: dict[str, dict[str, Any]] = {
    "account_confirm_email": {"key": "no-key"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "no-key"},
    "mfa_remove_webauthn": {"pk": 1},
    "mfa_edit_webauthn": {"pk": 1},
}
# What may change by looking (ARCHITECTURE.md): how far one is, where one was last, what one has been told of and has now seen, the
# sign-in, and the key drafts are closed with.
TRACES = {
    "courses_resumepoint",
    "courses_progress",
    "forums_threadread",
    "live_presencespan",
    "django_session",
    "usersessions_usersession",
    "keys_personkey",
    "audit_record",  # who opened what is sensitive
}
TRACE_COLUMNS = {
    "courses_membership": {"last_used_at", "pinned"},  # what was announced is read by opening it
    "notifications_notice": {"read_at"},
    "live_calendarchoice": {"asked_at"},  # when a calendar program asked for a feed, which has no other way to tell that it is used
}
STRICTER = {"certificate-shown"}  # where a link of it leads is told nothing at all
# Pressed by mail programs, which have no token of ours: the signature in the link stands for it (RFC 8058). Its own tests look at it.
WITHOUT_TOKEN = {"unsubscribe"}


@pytest.fixture
def world() -> World:
    return make_world()


def client_of(world: World, actor: str, **options: Any) -> Client:
    client = Client(raise_request_exception=False, **options)
    if actor != ANONYMOUS:
        client.force_login(world.people[actor])
    return client


def address_of(name: str, world: World, person: User) -> str:
    if name in LIBRARY_PARTS:
        return reverse(name, kwargs=LIBRARY_PARTS[name])
    if ROUTES[name].whose is Whose.OWN:
        return reverse(name, kwargs=own_thing(name, person, world.a))
    return reverse(name, kwargs=things_of(name, world.a) or {})


def addresses(world: World, person: User) -> Iterator[tuple[str, str]]:
    """(name, address) of everything, with this person's own and the first cohort's things."""
    for name in sorted(ROUTES):
        yield name, address_of(name, world, person)
    question = {"cohort": world.a.cohort.slug, "module": world.a.forum_activity.module.slug, "activity": world.a.forum_activity.slug}
    yield "activity", reverse("activity", kwargs=question)
    yield "nowhere", "/no/such/page/"


def own_person(world: World, actor: str) -> User:
    """Whose own things the actor is shown: their own where they can have such."""
    return world.people[actor] if actor in {"trainee", "trainer", "coordinator", "aftercare"} else world.a.teammate


def posted(client: Client, address: str) -> Any:
    """What comes of sending nothing there. It leaves nothing behind: some of it would sign out."""
    same = Client(raise_request_exception=False)
    same.cookies = copy.deepcopy(client.cookies)
    with transaction.atomic(using="keys"), transaction.atomic():
        response = same.post(address)
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="keys")
    return response


# --- S11 ------------------------------------------------------------------------------------------------------------

POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "connect-src": {"'self'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
    "object-src": {"'none'"},
}


def policy_of(response: Any) -> dict[str, set[str]]:
    parts = [part.split() for part in response.headers.get("Content-Security-Policy", "").split(";")]
    return {part[0]: set(part[1:]) for part in parts if part}


def weak(name: str, response: Any) -> list[str]:
    """What this response lacks."""
    wanted = {**POLICY, "img-src": {"'self'", "data:"}} if name == "mfa_activate_totp" and response.status_code == 200 else POLICY
    got = policy_of(response)
    lacks = [directive for directive, sources in wanted.items() if got.get(directive) != sources]
    lacks += [f"{directive} {source}" for directive, sources in got.items() for source in sources if "unsafe" in source or source == "*"]
    headers = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    if name in STRICTER and response.status_code == 200:
        headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return lacks + [header for header, value in headers.items() if response.headers.get(header) != value]


@pytest.mark.any_database  # headers, which are put on after the databases have had their say
@pytest.mark.parametrize("actor", [ANONYMOUS, "trainee", "site_coordinator"])
def test_every_page_carries_the_policy(world: World, actor: str, settings: Any):
    settings.EMBEDDED = True
    client = client_of(world, actor)
    places = list(addresses(world, own_person(world, actor)))
    asked = [(name, "get", address, client.get(address)) for name, address in places]
    asked += [(name, "post", address, posted(client, address)) for name, address in places]
    seen = set()
    for name, method, address, response in asked:
        if response.headers.get("Content-Type", "").startswith("text/html"):
            seen.add(response.status_code)
            assert weak(name, response) == [], f"{actor} {method} {address}"
            if actor != ANONYMOUS and method == "get" and response.status_code == 200:
                assert "no-store" in response.headers.get("Cache-Control", ""), address

    assert {200, 302, 404, 405} <= seen


def test_the_page_of_the_authenticator_app_alone_may_show_data(client: Client, owner: User):
    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    images = {name: policy_of(client.get(reverse(name)))["img-src"] for name in ("mfa_activate_totp", "mfa_index", "account")}

    assert images == {"mfa_activate_totp": {"'self'", "data:"}, "mfa_index": {"'self'"}, "account": {"'self'"}}


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "testserver:80:80", "<script>"])
def test_a_host_that_is_not_ours_is_a_bad_request_with_the_policy(host: str):
    response = Client(raise_request_exception=False).get("/accounts/login/", HTTP_HOST=host)

    assert (response.status_code, policy_of(response)["default-src"], b"evil" in response.content) == (400, {"'none'"}, False)


# --- S13 ------------------------------------------------------------------------------------------------------------


@pytest.mark.any_database  # refused before a page's own questions are put
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_done_without_a_token(world: World, method: str):
    asked = {}
    person = world.people["trainee"]
    places = [(name, address) for name, address in addresses(world, person) if name not in WITHOUT_TOKEN]
    for actor in (ANONYMOUS, "trainee"):
        client = client_of(world, actor, enforce_csrf_checks=True)
        signed_in = tables()
        asked |= {(actor, name): getattr(client, method)(address).status_code for name, address in places if name != "nowhere"}
        assert changed(signed_in, tables()) == []

    assert {case for case, status in asked.items() if status != 403} == set()
    assert len(asked) > 120


def test_a_token_of_somebody_else_and_a_form_from_elsewhere_do_nothing(world: World):
    strict, other = (client_of(world, actor, enforce_csrf_checks=True) for actor in ("trainee", "trainer"))
    other.get(reverse("account"))
    strict.get(reverse("account"))
    own, theirs = strict.cookies["csrftoken"].value, other.cookies["csrftoken"].value
    theme = reverse("theme-set")

    answers = [
        strict.post(theme, {"theme": "dark", "csrfmiddlewaretoken": theirs}).status_code,
        strict.post(theme, {"theme": "dark", "csrfmiddlewaretoken": own}, headers={"origin": "https://evil.example"}).status_code,
        strict.post(theme, {"theme": "dark", "csrfmiddlewaretoken": own}, headers={"origin": "null"}).status_code,
        strict.post(theme, {"theme": "dark", "csrfmiddlewaretoken": own}, headers={"origin": "http://testserver"}).status_code,
    ]

    assert answers == [403, 403, 403, 302]


def tables() -> dict[str, tuple[int, str]]:
    """Rows and a checksum of every table, without what looking may change."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.db_table in TRACES:
            continue
        columns = [field.column for field in meta.concrete_fields if field.column not in TRACE_COLUMNS.get(meta.db_table, set())]
        with connections[router.db_for_read(model) or "default"].cursor() as cursor:
            quoted = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT {quoted} FROM "{meta.db_table}" ORDER BY {", ".join(str(n) for n in range(1, len(columns) + 1))}')
            rows = [[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in cursor.fetchall()]
        found[meta.db_table] = (len(rows), hashlib.sha256(repr(rows).encode()).hexdigest())
    return found


class Writes:
    """Notes whether anything but reading was asked of the databases: without that no table needs to be looked at again, which costs
    more than the page did."""

    READS = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")

    def __init__(self) -> None:
        self.noted = False

    def __call__(self, execute: Any, sql: str, *given: Any) -> Any:
        self.noted = self.noted or not sql.startswith(self.READS)
        return execute(sql, *given)


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [table for table in before if before[table] != after[table]]


@pytest.mark.parametrize("actor", ACTORS)
def test_looking_changes_nothing_but_the_named_traces(world: World, actor: str, settings: Any):
    settings.EMBEDDED = True
    places = list(addresses(world, own_person(world, actor)))
    client = client_of(world, actor)
    found = []
    at_first = before = tables()
    for _name, address in places:
        writes = Writes()
        with ExitStack() as noting:
            for connection in connections.all():
                noting.enter_context(connection.execute_wrapper(writes))
            for query in ("", f"?next=/&client_id={uuid.uuid4()}&body=x&title=x&text=x&done=yes&theme=dark&remove=on"):
                response = client.get(address + query)
                if response.streaming:
                    b"".join(response)
        if writes.noted and before != (after := tables()):
            found.append((address, changed(before, after)))
            before = after

    assert found == []
    assert changed(at_first, tables()) == []
    assert len(places) == len(ROUTES) + 2
    assert set(OURS) <= {name for name, _address in places}
