"""The generated matrix: every address, as everybody, with every method, on everybody's things, against the table in lms.policy."""

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lms.permissions import TABLE, Part, Verb, may
from lms.policy import ROUTES, Rule, Whose
from lms.users.models import User
from tests import databases
from tests.world import ACTORS, ANONYMOUS, Side, World, absent_uuid, make_world
from tests.world_things import own_thing, things_of

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
TRY_EVERY_METHOD = {ANONYMOUS, "trainee", "other_trainer", "site_coordinator"}  # the others ask and send
LOGIN = "login"
MAY = "may"


def routes() -> Iterator[str]:
    """Every name the resolver knows, with its namespace."""

    def walk(resolver: Any, space: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            elif isinstance(pattern, URLPattern):
                yield f"{space}{pattern.name}"

    yield from walk(get_resolver(), "")


OURS = [name for name in sorted(set(routes())) if name in ROUTES and ROUTES[name].whose is not Whose.LIBRARY]


def expected(rule: Rule, world: World, actor: str, ownership: str, method: str) -> str | int:
    """What the table says should happen."""
    if rule.whose is Whose.PUBLIC:
        return MAY if method in rule.methods else 405
    if rule.whose in {Whose.EMBEDDED, Whose.INSIDE}:
        return 404
    if actor == ANONYMOUS:
        return LOGIN
    if method not in rule.methods:
        return 405
    return MAY if _allowed(rule, world, actor, ownership) else 404


def _allowed(rule: Rule, world: World, actor: str, ownership: str) -> bool:
    match rule.whose:
        case Whose.SIGNED_IN:
            return True
        case Whose.COORDINATOR:
            return actor == "site_coordinator" and ownership != "absent"
        case Whose.OWN:
            return ownership == "own" and (rule.verb is None or may(world.part_of(actor, "a"), rule.verb))
        case _:
            assert rule.verb is not None
            side = {"same": "a", "other": "b"}.get(ownership)
            return side is not None and may(world.part_of(actor, side), rule.verb)


def happened(response: Any, *, embedded: bool = False) -> str | int:
    if response.status_code == 302 and "/accounts/login/" in response["Location"]:
        return LOGIN
    if response.status_code == 405 and embedded:
        return 404  # which of the two refuses first is all the same where the page does not exist
    return response.status_code if response.status_code in {403, 404, 405} or response.status_code >= 500 else MAY


def cases(name: str, rule: Rule, world: World, actor: str) -> list[tuple[str, dict[str, Any]]]:
    """(ownership, the address' parts) for every kind of thing this address could be asked for. Things are made once in each world."""
    made = world.made.setdefault(name, {})

    def own(owner: User, side: Side) -> dict[str, Any]:
        if owner.pk not in made:
            made[owner.pk] = own_thing(name, owner, side)
        return made[owner.pk]

    def shared(side: Side) -> dict[str, Any] | None:
        key = side.cohort.slug
        if key not in made:
            made[key] = things_of(name, side)
        return made[key]

    return list(_cases(rule, world, actor, own, shared))


def _cases(
    rule: Rule, world: World, actor: str, own: Callable[[User, Side], Any], shared: Callable[[Side], Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    if rule.whose is Whose.OWN:
        person = world.people.get(actor)
        owners: list[tuple[str, User | None, Side]] = [("same", world.a.teammate, world.a), ("other", world.b.teammate, world.b)]
        if person and (rule.verb is None or may(world.part_of(actor, "a"), rule.verb)):
            owners.append(("own", person, world.a))
        for ownership, owner, side in owners:
            assert owner is not None
            yield ownership, own(owner, side)
        yield "absent", {key: _absent(key, value) for key, value in own(world.a.teammate, world.a).items()}
        return
    here, there = shared(world.a), shared(world.b)
    if here is None or there is None or rule.whose in {Whose.PUBLIC, Whose.EMBEDDED, Whose.INSIDE}:
        yield "none", here or {}
        return
    yield "same", here
    yield "other", there
    yield "absent", {key: _absent(key, value) for key, value in here.items()}
    if "cohort" in here and (crossed := {**there, "cohort": here["cohort"]}) != here:  # where they are the same nothing is crossed
        yield "crossed", crossed


def _absent(key: str, value: Any) -> Any:
    if isinstance(value, int):
        return 999_999_999
    return "no-such-thing" if isinstance(value, str) else absent_uuid()


def test_every_route_is_declared_and_every_declaration_is_a_route():
    assert set(routes()) == set(ROUTES)


@pytest.fixture(scope="module")
def inhabited(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, dict[str, str]]]:
    """A world, and actor -> cookie of their sign-in, made once for all tests here: making them costs more than most asking."""
    with django_db_blocker.unblock(), databases.kept():
        world = make_world()
        yield world, {actor: _sign_in(person) for actor, person in world.people.items()}


def _sign_in(person: User) -> str:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    client.get(reverse("crisis"))  # notes the sign-in, which each request would do again that leaves nothing behind
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def world(inhabited: tuple[World, dict[str, str]], db: None) -> World:
    """As it stood when it was made, whatever other tests did to it."""
    return copy.deepcopy(inhabited[0])


@pytest.fixture
def client_as(inhabited: tuple[World, dict[str, str]], db: None) -> Callable[[str], Client]:
    clients: dict[str, Client] = {}

    def of(actor: str) -> Client:
        if actor not in clients:
            clients[actor] = Client(raise_request_exception=False)
            if actor != ANONYMOUS:
                clients[actor].cookies[settings.SESSION_COOKIE_NAME] = inhabited[1][actor]
        return clients[actor]

    return of


def ask(client: Client, method: str, address: str) -> Any:
    """One request that leaves nothing behind, so that the next actor meets the same world."""
    with transaction.atomic(using="keys"), transaction.atomic():
        response = client.generic(method, address)
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="keys")
    return response


def disagreements(name: str, world: World, client_as: Callable[[str], Client]) -> list[str]:
    """Where what happens differs from what the table says."""
    rule = ROUTES[name]
    found = []
    for actor in ACTORS:
        for number, (ownership, parts) in enumerate(cases(name, rule, world, actor)):
            address = reverse(name, kwargs=parts)
            for method in METHODS if number == 0 and actor in TRY_EVERY_METHOD else ["GET", "POST"]:
                response = ask(client_as(actor), method, address)
                got = happened(response, embedded=rule.whose in {Whose.EMBEDDED, Whose.INSIDE})
                said = expected(rule, world, actor, ownership, method)
                if got != said:
                    found.append(f"{actor} {method} {ownership} {address}: the table says {said}, but {got}")
    return found


@pytest.mark.any_database
@pytest.mark.parametrize("name", OURS)
def test_every_route_does_what_the_table_says(name: str, world: World, client_as: Callable[[str], Client]):
    assert disagreements(name, world, client_as) == []


@pytest.mark.parametrize(
    ("verb", "part"), [(Verb.SEE_FORUM, Part.INTERPRETER), (Verb.SEE_COURSE, Part.INTERPRETER), (Verb.SEE_PEOPLE, Part.ALUMNUS)]
)
def test_a_weakened_line_of_the_table_is_noticed(verb: Verb, part: Part, world: World, client_as: Callable[[str], Client], monkeypatch):
    """The table is widened for the code alone; what the matrix expects is taken from before."""
    name = {Verb.SEE_FORUM: "forums:forum", Verb.SEE_COURSE: "courses:course", Verb.SEE_PEOPLE: "courses:people"}[verb]
    said = {(actor, own): expected(ROUTES[name], world, actor, own, "GET") for actor in ACTORS for own in ("same", "other")}
    monkeypatch.setitem(TABLE, verb, TABLE[verb] | {part})

    address = reverse(name, kwargs=things_of(name, world.a))
    got = {actor: happened(ask(client_as(actor), "GET", address)) for actor in ACTORS}

    assert [actor for actor in ACTORS if got[actor] != said[actor, "same"]] == [str(part)]


def test_somebody_elses_thing_and_no_thing_answer_alike(world: World, client_as: Callable[[str], Client]):
    """S2: same status, same page but for the tokens of form and socket, same number of queries."""
    checked = 0
    client_as("trainee").get("/")  # signs in, makes the session
    for name in OURS:
        rule = ROUTES[name]
        if rule.whose not in {Whose.COHORT, Whose.OWN} or "GET" not in rule.methods:
            continue
        by_kind = dict(cases(name, rule, world, "trainee"))
        answers = []
        for kind in ("other", "absent"):
            address = reverse(name, kwargs=by_kind[kind])
            with CaptureQueriesContext(connection) as queries:
                response = client_as("trainee").get(address)
            body = re.sub(rb'(name="csrfmiddlewaretoken" value|data-bell)="[^"]*"', b"", response.content.replace(address.encode(), b""))
            answers.append((response.status_code, body, [_shape(query["sql"]) for query in queries]))
        assert answers[0][0] == 404, name
        for one, other in zip(*answers, strict=True):
            assert one == other, name
        checked += 1
    assert checked > 10


def _shape(sql: str) -> str:
    """The query without its values."""
    return re.sub(r"'[^']*'|\b\d+\b", "?", sql)
