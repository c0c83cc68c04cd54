"""One walk through every place where an anonymous author could be recognised."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from courses.actions.exports import ask_for_export, make_export
from forums.actions.forums import forum_of, open_forums
from forums.actions.telling_of_posts import tell_of_post
from forums.models import Forum, Level, Post, Thread
from lms.mail.models import Letter
from lms.notifications.actions.delivering import deliver
from lms.notifications.actions.preferences import prefer
from lms.notifications.models import Notice
from lms.permissions import Part
from lms.policy import ROUTES, Whose
from tests.courses.factories import make_entry
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, fill, prompt_thread, say

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

NAME, ID, EMAIL = "Ωrla Ψaltery", 918273645, "canary.harp@example.org"
TRACES = [NAME, "Ωrla", "Ψaltery", "ΩΨ", str(ID), EMAIL, "canary"]
WORDS = "What the heron kept to itself"
# Where members of a cohort stand by name whatever they have said: they may show who is there, and no more than before.
NAMES_MEMBERS = {"forums:people", "forums:forum-people"}


@pytest.fixture
def canary(db):
    return make_user(pk=ID, display_name=NAME, email=EMAIL)


@pytest.fixture
def cohort(owner, teammate, canary):
    cohort = make_cohort(members=[owner, teammate, canary])
    open_forums(cohort=cohort)
    Forum.objects.filter(cohort=cohort).update(allows_anonymous=True, words_in_mail=True)
    return cohort


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def traces(text: str) -> list[str]:
    escaped = {trace: json.dumps(trace)[1:-1] for trace in TRACES}
    return [trace for trace in TRACES if trace in text or escaped[trace] in text]


def told(response: Any) -> str:
    """All that a browser is sent: page, attributes, headers. Tokens are chance; the address is what the reader asked for."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body.decode())
    return page.replace(f"author={ID}", "") + str(response.headers)


def forum_addresses(cohort, thread: Thread, post: Post) -> Iterator[tuple[str, str]]:
    """(name, address) of every page about a forum, one of its threads or posts, that something can be read from."""
    parts = {"cohort": cohort.slug, "thread": thread.pk, "post": post.pk, "forum": thread.forum_id}
    [forums] = [found for found in get_resolver().url_patterns if getattr(found, "namespace", "") == "forums"]
    for pattern in forums.url_patterns:
        assert isinstance(pattern, URLPattern)
        name = f"forums:{pattern.name}"
        if "GET" in ROUTES[name].methods and set(pattern.pattern.converters) <= set(parts):
            yield name, reverse(name, kwargs={key: parts[key] for key in pattern.pattern.converters})


def every_address(cohort, thread: Thread) -> Iterator[tuple[str, str]]:
    posts = list(thread.posts.order_by("pk"))
    forum, page, search = (
        reverse(f"forums:{name}", args=[cohort.slug, *args]) for name, args in [("forum", []), ("thread", [thread.pk]), ("search", [])]
    )
    for post in (posts[0], posts[-1]):
        yield from forum_addresses(cohort, thread, post)
        yield from [("thread", f"{page}?from={post.pk}"), ("thread", f"{page}?before={post.pk}"), ("thread", f"{page}?answers={post.pk}")]
    yield from [("list", f"{forum}?in={thread.forum_id}"), ("list", f"{forum}?after=1-9999999999999999-1")]
    for asked in ("q=heron", "q=voice", f"author={ID}", f"author={ID}&q=heron", "from_on=2020-01-01", "q=Somebody"):
        yield "search", f"{search}?{asked}"
    for name, rule in ROUTES.items():
        if rule.whose is Whose.SIGNED_IN and "GET" in rule.methods and name not in {"notices-read"}:
            yield name, reverse(name)
    yield "cohort-today", reverse("cohort-today", args=[cohort.slug])


def speak_anonymously(cohort, owner, teammate, canary) -> list[Thread]:
    """She begins a thread with more than a page in it, answers in another's, in a question's, and is answered and quoted."""
    own = begin_thread(cohort=cohort, author=canary, words=WORDS, title="A thread of somebody", anonymous=True)
    fill(own, teammate, 25)
    answered = say(own, owner, answers=own.posts.first(), quoted="heron")
    say(own, canary, "Another word of the heron", answers=answered, anonymous=True)
    other = begin_thread(cohort=cohort, author=owner, title="Of somebody else")
    say(other, teammate, anonymous=True)
    say(other, canary, WORDS, answers=other.posts.first(), anonymous=True)
    question = prompt_thread(cohort=cohort)
    say(question, canary, WORDS, anonymous=True)
    return [own, other, question]


# --- peers ----------------------------------------------------------------------------------------------------------


def test_no_page_lets_a_peer_recognise_an_anonymous_author(cohort, owner, teammate, canary):
    threads = speak_anonymously(cohort, owner, teammate, canary)
    client = client_of(owner)

    found, seen = {}, set()
    for thread in threads:
        for name, address in every_address(cohort, thread):
            with transaction.atomic():
                response = client.get(address)
            seen.add((name, response.status_code))
            if name not in NAMES_MEMBERS and (told_of := traces(told(response))):
                found[address] = told_of

    assert found == {}
    assert {("thread", 200), ("list", 200), ("search", 200), ("today", 200), ("notifications", 200), ("forums:my-share", 200)} <= seen


def test_pages_that_name_members_are_the_same_whether_somebody_spoke_anonymously(cohort, owner, teammate, canary):
    thread = begin_thread(cohort=cohort, author=teammate)
    people = [address for name, address in forum_addresses(cohort, thread, thread.posts.get()) if name in NAMES_MEMBERS]
    client = client_of(owner)
    before = [told(client.get(address)) for address in people]

    say(thread, canary, WORDS, anonymous=True)

    assert [told(client.get(address)) for address in people] == before


def test_no_notice_or_letter_lets_a_peer_recognise_an_anonymous_author(cohort, owner, teammate, canary):
    for person in (owner, teammate):
        prefer(actor=person, mail="at_once", quiet_from=8, quiet_until=8)
        Level.objects.create(person=person, forum=forum_of(cohort), much=Level.Much.FOLLOW)
    speak_anonymously(cohort, owner, teammate, canary)
    for post in Post.objects.filter(alias_number__isnull=False):
        tell_of_post(post_id=post.pk)
    deliver()
    client = client_of(owner)

    rows = [*Notice.objects.exclude(person=canary), *Letter.objects.exclude(person=canary)]
    texts = [str(getattr(row, field.name)) for row in rows for field in row._meta.fields if not isinstance(field, models.ForeignKey)]

    assert [text for text in texts if traces(text) or "heron" in text] == []
    assert Notice.objects.filter(person=owner).count() >= 3
    assert Letter.objects.exclude(person=canary).count() >= 2
    assert traces(told(client.get(reverse("notifications")))) == []


def test_no_export_of_a_peer_holds_an_anonymous_author(cohort, owner, teammate, canary):
    speak_anonymously(cohort, owner, teammate, canary)
    make_entry(owner)
    export = ask_for_export(actor=owner, form="html")
    make_export(export_id=str(export.pk))

    response = client_of(owner).post(reverse("courses:export", args=[export.pk]))

    assert (response.status_code, traces(told(response))) == (200, [])


def test_no_row_tells_a_name_in_words(cohort, owner, teammate, canary):
    """What the forums keep knows the author as an id only, which no page shows."""
    speak_anonymously(cohort, owner, teammate, canary)
    found = []
    for model in apps.get_app_config("forums").get_models():
        for row in model._default_manager.all():
            values = [str(getattr(row, field.name)) for field in row._meta.fields if not isinstance(field, models.ForeignKey)]
            found += [(model.__name__, traces(value)) for value in [*values, str(row), repr(row)] if traces(value)]

    assert found == []


# --- the alias, and who knows ---------------------------------------------------------------------------------------


def test_an_alias_stays_within_a_thread_and_says_nothing_in_another(cohort, owner, teammate, canary):
    own, other, _question = speak_anonymously(cohort, owner, teammate, canary)
    client = client_of(owner)

    last = [thread.posts.filter(author=canary).last() for thread in (own, other)]
    pages = [client.get(post.get_absolute_url()).content.decode() for post in last]

    assert set(own.posts.filter(author=canary).values_list("alias_number", flat=True)) == {1}
    assert [re.findall(r"<b>(Somebody \(voice \d+\))</b>", page) for page in pages] == [["Somebody (voice 1)"], ["Somebody (voice 2)"]]


def test_trainers_read_who_it_is_and_that_peers_do_not(cohort, owner, teammate, canary):
    own, *_others = speak_anonymously(cohort, owner, teammate, canary)
    client = client_of(make_membership(cohort=cohort, part=Part.TRAINER).person)

    page = client.get(reverse("forums:thread", args=[cohort.slug, own.pk])).content.decode()
    found = client.get(reverse("forums:search", args=[cohort.slug]), {"q": "heron", "author": ID}).content.decode()

    assert f"{NAME}, anonymous to peers" in page
    assert found.count(f"{NAME}, anonymous to peers") == 4


def test_the_author_finds_herself_under_her_alias(cohort, owner, teammate, canary):
    speak_anonymously(cohort, owner, teammate, canary)
    begin_thread(cohort=cohort, author=canary, words="The heron by name")

    page = client_of(canary).get(reverse("forums:search", args=[cohort.slug]), {"q": "heron", "author": ID}).content.decode()
    peers = client_of(owner).get(reverse("forums:search", args=[cohort.slug]), {"q": "heron", "author": ID}).content.decode()

    assert (page.count("#post-"), peers.count("#post-")) == (5, 1)
    assert page.count("<bdi>Somebody (voice") == 4


def test_the_walk_sees_what_it_looks_for():
    shown = [NAME, f"<a data-x='{ID}'>", f"<span>{'ΩΨ'}</span>", EMAIL, json.dumps({"name": NAME}), "voice 1"]

    assert [bool(traces(text)) for text in shown] == [True] * 5 + [False]
