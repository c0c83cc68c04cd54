import json
import uuid
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from courses.actions.journals import EntryLine
from courses.models import Cohort, JournalEntry
from courses.templatetags.entries import entry_lines
from live.events import drawn
from live.models import RoomEvent
from lms import richtext
from lms.users.models import User
from tests.attacks import ATTACKS, MADE, Page
from tests.live.factories import make_room
from tests.lms.stored_words.looking import as_, ids, look, wrong

# What a page makes of words is the same whichever database gave them back.
pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.any_database]


def test_room(owner: User, teammate: User) -> None:
    room = make_room(members=[owner, teammate])
    attacker, address = as_(teammate), reverse("live:room-say", args=[room.pk])
    for number, attack in enumerate(ATTACKS):
        takes_up: dict[str, Any] = {"answers": number, "quote": room.events.get(seq=number).text} if number else {}
        attacker.post(address, {"text": attack, "client_id": ids(), **takes_up})
    refused = [
        attacker.post(address, {"text": "x" * 4001 + attack, "client_id": attack, "lang": attack, "quote": attack, "answers": attack})
        for attack in ATTACKS[::8]
    ]

    text = look(as_(owner), [reverse("live:room", args=[room.pk])])
    frames = [Page(json.loads(drawn(event).json)["html"]).wrong for event in room.events.all()]

    assert (len(frames), [what for what in frames if what]) == (len(ATTACKS), [])
    assert [what for response in refused for what in wrong(response)] == []
    assert text.count("__xss") > 100


def test_what_an_address_asks_for(cohort: Cohort, owner: User) -> None:
    names = ["next", "from", "before", "after", "answers", "activity", "cohort", "sent", "email", "login"]
    for client, pages in {
        as_(owner): [reverse("forums:forum", args=[cohort.slug]), reverse("courses:journal"), reverse("account"), reverse("today")],
        Client(): [
            reverse("account_login"),
            reverse("account_reset_password"),
            reverse("account_request_login_code"),
            reverse("cannot-get-in"),
        ],
    }.items():
        for attack in ATTACKS[::6]:
            assert [what for page in pages for what in wrong(client.get(page, dict.fromkeys(names, attack)))] == []
            assert [what for page in pages for what in wrong(client.get(page + f"{attack}/".replace("?", "")))] == []


def test_a_form_that_comes_back_for_its_token(cohort: Cohort, owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    for attack in ATTACKS:
        response = client.post(reverse("today"), {attack: attack, "body": attack * 3}, headers={"origin": "http://testserver"})
        assert (response.status_code, wrong(response)) == (403, [])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attack=MADE)
def test_whatever_is_made_of_the_pieces(attack: str) -> None:
    author = User(pk=1, display_name=attack[:80])
    event = RoomEvent(
        room_id=uuid.uuid4(), seq=1, kind=RoomEvent.Kind.POSTED, author=author, text=attack, quote=attack, answers=1, at=timezone.now()
    )
    line = EntryLine(JournalEntry(), attack, attack)
    pieces = [f'<div class="prose">{richtext.clean(attack, form=form, use="post")}</div>' for form in ("text", "html")]  # type: ignore[arg-type]
    pieces += [
        render_to_string("live/partials/event.html", {"event": event}),
        entry_lines([line]),
    ]

    assert [Page(piece).wrong for piece in pieces] == [[]] * 4


def test_the_reader_finds_what_it_is_for() -> None:
    shown = {attack: Page(f'<div class="prose">{attack}</div>').wrong for attack in ATTACKS}
    harmless = [attack for attack, found in shown.items() if not found]

    assert len(harmless) < len(ATTACKS) / 3, harmless
    assert Page("<p class='said-words'><b>x</b></p>").wrong == ["b among words"]
