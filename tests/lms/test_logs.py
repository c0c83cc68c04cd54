"""S22, S26: one line for each thing, and nobody's words, whatever broke while they were on their way."""

import io
import json
import logging
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from courses.door import code_for
from courses.models.certificates import new_address
from lms.logs import Wordless, WordlessJson
from lms.notifications.links import unsubscribe_url
from lms.permissions import Part
from lms.users.models import User, new_token
from tests.factories import make_cohort, make_membership, make_module, make_user
from tests.forums.factories import begin_thread
from tests.live.factories import make_room, make_seminar

CANARY = "canary-7f3a"


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """What the site's own handler would have written."""
    assert settings.LOGGING["formatters"]["line"]["()"] == "lms.logs.Wordless"
    handler = logging.StreamHandler(out := io.StringIO())
    handler.setFormatter(Wordless("{levelname} {name} {message}", style="{"))
    logging.getLogger().addHandler(handler)
    yield out.getvalue
    logging.getLogger().removeHandler(handler)


def test_trouble_is_told_by_kind_and_place_without_its_words(log):
    try:
        try:
            raise ValueError(f"{CANARY} is no number")
        except ValueError as trouble:
            raise KeyError(CANARY) from trouble
    except KeyError:
        logging.getLogger("x").exception("It broke")

    lines = log()
    assert "ERROR x It broke" in lines
    assert ("builtins.ValueError" in lines, "builtins.KeyError" in lines, "test_logs.py" in lines) == (True, True, True)
    assert CANARY not in lines.replace('raise ValueError(f"{CANARY} is no number")', "")


def test_trouble_of_machines_keeps_its_words(log):
    for trouble in (FileNotFoundError(2, "No such file", "/site.keys"), OperationalError("the server\nis away")):
        try:
            raise trouble
        except Exception:
            logging.getLogger("x").exception("It broke")

    assert "/site.keys" in log()
    assert "django.db.utils.OperationalError: the server is away" in log()


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\x00", "\x1b[2J", "\u2028", "\u2029", "\x85"])
def test_a_line_stays_one_line(log, sign):
    logging.getLogger("x").warning("Not found: %s", f"/a{sign}ERROR x forged")

    assert log().splitlines() == [
        f"WARNING x Not found: /a{' ' * len(sign.replace('[2J', ''))}{'[2J' if '[2J' in sign else ''}ERROR x forged"
    ]


def test_links_of_letters_open_nothing_from_a_log(log):
    token, thing = "Abc-_9" * 7, uuid.uuid4()
    logging.getLogger("x").error("Internal Server Error: /invitation/%s/", token)
    logging.getLogger("x").error("Internal Server Error: /accounts/password/reset/key/1-%s/", "cx7abc-" + "0f" * 16)
    logging.getLogger("x").error("Not Found: /room/%s/", thing)

    assert [line.rsplit(" ", 1)[1] for line in log().splitlines()] == [
        "/invitation/…/",
        "/accounts/password/reset/key/…/",
        f"/room/{thing}/",
    ]


@pytest.mark.django_db
def test_no_address_that_opens_something_by_itself_stands_in_a_log(log, owner):
    signed, code = unsubscribe_url(owner).rsplit("/unsubscribe/", 1)[1].strip("/"), code_for(1)
    secrets = {"invitation": new_token(), "join": new_token(), "calendar-feed": new_token(), "certificate-shown": new_address()}
    secrets |= {"unsubscribe": signed, "courses:here": code}
    for name, secret in secrets.items():
        for path in (reverse(name, args=["demo", secret] if name == "courses:here" else [secret]), f"/elsewhere/{secret}?x=1"):
            logging.getLogger("django.request").warning("Too Many Requests: %s", path)

    lines = log()
    assert [name for name, secret in secrets.items() if secret in lines or secret.rsplit(":", 1)[-1] in lines] == []
    assert lines.splitlines()[4] == "WARNING django.request Too Many Requests: /calendar/feed/….ics"


# --- a database that breaks and says with which row -------------------------------------------------------------------


def _break_on_write(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Like PostgreSQL, whose error quotes the row it refuses."""
    if sql.startswith(("INSERT", "UPDATE")) and "django_session" not in sql and "usersession" not in sql:
        raise IntegrityError(f"DETAIL: Failing row contains ({params}, {CANARY}).")
    return execute(sql, params, many, context)


@pytest.fixture
def sent(owner: User) -> dict[str, tuple[User | None, str, dict[str, Any]]]:
    """name -> (who sends, where, what) for every form with words."""
    cohort = make_cohort(members=[owner])
    coordinator = make_user(coordinates=True)
    make_membership(cohort=cohort, person=coordinator, part=Part.COORDINATOR)
    make_module(programme=cohort.programme)
    thread = begin_thread(cohort=cohort, author=owner)
    room = make_room(seminar=make_seminar(cohort=cohort))
    words = {"title": CANARY, "body": CANARY, "body_form": "text"}
    about = {"display_name": CANARY, "time_zone": "Europe/London", "country": "GB", "theme": "dark"}
    start = {"title": CANARY, "time_zone": "Europe/London", "start_1": "2027-02-04"}
    at = [cohort.slug]
    return {
        "account": (owner, reverse("account"), about),
        "contact-me": (owner, reverse("contact-me"), {"note": CANARY}),
        "thread-new": (owner, reverse("forums:thread-new", args=at), words),
        "reply": (owner, reverse("forums:reply", args=[cohort.slug, thread.pk]), words),
        "post-edit": (owner, reverse("forums:post-edit", args=[cohort.slug, thread.posts.get().pk]), words),
        "entry-new": (owner, reverse("courses:entry-new"), words),
        "room-say": (owner, reverse("live:room-say", args=[room.pk]), {"text": CANARY, "client_id": uuid.uuid4()}),
        "people-invite": (coordinator, reverse("courses:people-invite", args=at), {"email": f"{CANARY}@example.org", "part": "trainee"}),
        "people-group": (coordinator, reverse("courses:people-group", args=at), {"kind": "triad", "title": CANARY}),
        "cohort-new": (coordinator, reverse("courses:cohort-new"), start),
        "cannot-get-in": (None, reverse("cannot-get-in"), {"who": CANARY, "what": CANARY}),
    }


FORMS = ["account", "contact-me", "thread-new", "reply", "post-edit", "entry-new", "room-say", "people-invite", "people-group"]
FORMS += ["cohort-new", "cannot-get-in"]


@pytest.mark.django_db(databases=["default", "keys"])
def test_every_form_with_words_is_among_these(sent):
    assert sorted(sent) == sorted(FORMS)


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize("name", FORMS)
def test_words_are_in_no_log_page_cache_or_task_when_something_breaks(name, sent, log):
    person, address, data = sent[name]
    client = Client(raise_request_exception=False)
    if person:
        client.force_login(person)

    with transaction.atomic(), connection.execute_wrapper(_break_on_write):
        response = client.post(address, data)
        transaction.set_rollback(True)

    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()
    assert "IntegrityError" in log()
    kept = [repr(vars(row)) for row in DBTaskResult.objects.all()] + [repr(cache._cache), str(client.cookies), str(dict(client.session))]
    assert [CANARY in text for text in (response.content.decode(), log(), *kept)] == [False] * (len(kept) + 2)


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize("name", FORMS)
def test_words_that_arrive_are_in_no_log_cache_or_task(name, sent, log, django_capture_on_commit_callbacks):
    person, address, data = sent[name]
    client = Client()
    if person:
        client.force_login(person)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address, data)

    assert response.status_code == 302
    kept = [repr(vars(row)) for row in DBTaskResult.objects.all()] + [repr(cache._cache)]
    assert [CANARY in text for text in (log(), *kept)] == [False] * (len(kept) + 1)


# --- on a server ------------------------------------------------------------------------------------------------------


def test_a_servers_log_is_one_object_a_line_without_words_or_tokens():
    handler = logging.StreamHandler(out := io.StringIO())
    handler.setFormatter(WordlessJson())
    logger = logging.Logger("x")
    logger.addHandler(handler)
    try:
        raise ValueError(f"{CANARY} is no number")
    except ValueError:
        logger.exception("It broke:\n%s", f"/invitation/{'Abc-_9' * 7}/")

    (line,) = out.getvalue().splitlines()
    told = json.loads(line)
    assert (told["level"], told["name"], told["message"]) == ("ERROR", "x", "It broke: /invitation/…/")
    assert told["trouble"].splitlines()[-1] == "builtins.ValueError"
    assert CANARY not in line.replace('raise ValueError(f\\"{CANARY} is no number\\")', "")
