"""S10 in the live rooms: attacks through every text field of their forms and frames, looked at on each page that shows them."""

import datetime
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import live.actions.flags
import live.actions.log
import live.actions.questions
from courses.models import Cohort, Group
from live import actions
from live.acting import act
from live.events import drawn
from live.frames import NotAccepted, parse
from live.models import Conference, Flag, Question, Room, Seminar, TakenUp
from lms.permissions import Part, Refused
from lms.users.models import User
from tests.attacks import ATTACKS, Page
from tests.factories import make_cohort, make_membership, make_user
from tests.live.factories import make_conference, make_event, make_room, make_seminar, make_small_room
from tests.lms.stored_words.looking import WITHOUT_NUL, as_, ids, look, wrong

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.any_database]

Send = Callable[[User, Room, dict[str, Any]], Any]


@pytest.fixture
def cohort(owner: User, teammate: User) -> Cohort:
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def trainer(cohort: Cohort) -> User:
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer A")).person


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their own tests hold the limits."""
    monkeypatch.setattr(live.actions.log, "PACE", 10_000)
    monkeypatch.setattr(live.actions.flags, "FLAGS", 10_000)
    monkeypatch.setattr(live.actions.questions, "MOST_WAITING", 10_000)
    monkeypatch.setattr(live.actions.questions, "MOST_ASKED", 10_000)


def by_frame(person: User, room: Room, frame: dict[str, Any]) -> None:
    """As the socket does it; what it answers carries no words of theirs either."""
    try:
        act(parse(json.dumps({"client_id": ids(), **frame})), person.pk, room.pk)
    except (NotAccepted, Refused) as refusal:
        assert "__xss" not in refusal.sentence


def wrong_in_frames(room: Room) -> list[str]:
    """What a browser would put into its page as the events come."""
    return [what for event in room.events.all() for what in Page(json.loads(drawn(event).json)["html"]).wrong]


def test_lanes_and_what_they_translate(cohort: Cohort, owner: User, teammate: User) -> None:
    room = make_room(seminar=make_seminar(cohort=cohort, languages=["fr"]))
    interpreter = make_membership(cohort=cohort, part=Part.INTERPRETER).person
    client, messages = as_(interpreter), [make_event(room=room, author=owner) for _ in ATTACKS]
    for message, attack in zip(messages, ATTACKS, strict=True):
        client.post(reverse("live:said-act", args=[room.pk, message.seq, "interpret"]), {"text": attack, "lang": "fr", "client_id": ids()})
        by_frame(interpreter, room, {"type": "interpret", "of": message.seq, "lang": "fr", "text": attack})
    as_(teammate).post(reverse("live:lane-choose", args=[room.pk]), {"reads": "+fr"})
    pages = [reverse("live:room", args=[room.pk]), f"{reverse('live:room', args=[room.pk])}?before={messages[40].seq}"]
    pages += [reverse("live:said", args=[room.pk, message.seq]) for message in messages[::9]]

    text = look(as_(teammate), pages)
    refused = [
        client.post(
            reverse("live:said-act", args=[room.pk, messages[0].seq, "interpret"]),
            {"text": attack * 200, "lang": attack, "client_id": attack},
        )
        for attack in ATTACKS[::6]
    ]
    refused += [as_(teammate).post(reverse("live:lane-choose", args=[room.pk]), {"reads": attack}) for attack in ATTACKS[::6]]

    assert (room.events.filter(kind="message.interpreted").count(), wrong_in_frames(room)) == (2 * len(ATTACKS), [])
    assert [what for answer in refused for what in wrong(answer)] == []
    assert text.count("__xss") > 100


def test_what_small_rooms_are_called_and_bring_back(cohort: Cohort, owner: User, teammate: User, trainer: User) -> None:
    main = make_room(seminar=make_seminar(cohort=cohort))
    member = cohort.memberships.get(person=teammate)
    for attack in WITHOUT_NUL[:: len(WITHOUT_NUL) // 30]:
        Group.objects.create(cohort=cohort, kind="triad", title=attack[:80]).members.add(member)
    smalls = [
        make_small_room(main=main, people=[teammate], title=attack[:80], number=number) for number, attack in enumerate(WITHOUT_NUL, 1)
    ]
    for small, attack in zip(smalls, ATTACKS, strict=False):
        as_(teammate).post(reverse("live:room-bring-back", args=[small.pk]), {"text": attack, "client_id": ids()})
        by_frame(teammate, small, {"type": "bring_back", "text": attack})
    pages = [reverse("live:room", args=[main.pk]), reverse("live:small-rooms", args=[main.pk])]
    pages += [reverse("live:room", args=[small.pk]) for small in smalls[::9]]

    text = look(as_(trainer), pages) + look(as_(teammate), pages) + look(as_(owner), pages[:1])
    refused = [
        as_(teammate).post(reverse("live:room-bring-back", args=[smalls[0].pk]), {"text": attack * 400, "client_id": attack})
        for attack in ATTACKS[::6]
    ]
    refused += [
        as_(trainer).post(
            reverse("live:small-rooms-open", args=[main.pk]), {"way": attack, "kind": attack, "places": attack, "client_id": ids()}
        )
        for attack in ATTACKS[::6]
    ]

    assert (main.events.filter(kind="words.brought").count() > len(ATTACKS), wrong_in_frames(main)) == (True, [])
    assert [what for answer in refused for what in wrong(answer)] == []
    assert text.count("__xss") > 200


def test_what_is_pointed_out_and_answered(cohort: Cohort, owner: User, teammate: User, trainer: User) -> None:
    room = make_room(seminar=make_seminar(cohort=cohort, title=ATTACKS[0]))
    for number, attack in enumerate(ATTACKS):
        message = make_event(room=room, author=teammate, text=attack.replace("\x00", ""))
        if number % 2:
            as_(owner).post(reverse("live:said-act", args=[room.pk, message.seq, "flag"]), {"reason": attack[:400]})
        else:
            by_frame(owner, room, {"type": "flag", "seq": message.seq, "reason": attack[:400]})
    flags = list(Flag.objects.order_by("pk"))
    for flag, attack in zip(flags[::4], ATTACKS, strict=False):
        as_(trainer).post(reverse("live:flag", args=[cohort.slug, flag.pk]), {"answer": attack[:400]})
    pages = [reverse("live:flag", args=[cohort.slug, flag.pk]) for flag in flags[::3]]

    text = look(as_(trainer), [reverse("live:flag-list", args=[cohort.slug]), *pages])
    text += look(as_(owner), pages) + look(as_(teammate), [*pages, reverse("notifications")])
    refused = [as_(trainer).post(pages[1], {"answer": attack * 200}) for attack in ATTACKS[::6]]
    seq = flags[1].event.seq
    refused += [as_(owner).post(reverse("live:said-act", args=[room.pk, seq, "flag"]), {"reason": attack * 200}) for attack in ATTACKS[::6]]

    assert (len(flags), [what for answer in refused for what in wrong(answer)]) == (len(ATTACKS), [])
    assert text.count("__xss") > 100


@pytest.mark.parametrize("way", ["page", "frame"])
def test_questions_what_is_added_to_them_and_why_they_wait_no_more(
    cohort: Cohort, owner: User, teammate: User, trainer: User, way: str
) -> None:
    room = make_room(seminar=make_seminar(cohort=cohort, kind="talk"))
    for attack in ATTACKS:
        if way == "page":
            as_(owner).post(reverse("live:question-ask", args=[room.pk]), {"text": attack, "client_id": ids()})
        else:
            actions.ask_question(actor=owner, room_id=room.pk, text=attack.replace("\x00", ""), client_id=uuid.uuid4())
    questions = list(Question.objects.order_by("at"))
    acts = [
        [reverse("live:question-act", args=[room.pk, question.pk, act]) for act in ("take-up", "set-aside", "bring-in")]
        for question in questions
    ]
    for number, ((adding, aside, bringing), attack) in enumerate(zip(acts, ATTACKS[1:], strict=False)):
        as_(teammate).post(adding, {"text": attack[:400]})
        if number % 3 == 0:
            as_(trainer).post(aside, {"text": attack[:400]})
        elif number % 3 == 1:
            as_(trainer).post(bringing)
    pages = [reverse("live:questions", args=[room.pk]), reverse("live:room", args=[room.pk])]

    text = "".join(look(as_(person), pages) for person in (owner, teammate, trainer))
    waiting = 2
    refused = [as_(teammate).post(acts[waiting][0], {"text": attack * 200}) for attack in ATTACKS[::6]]
    refused += [as_(trainer).post(acts[waiting][1], {"text": attack * 200}) for attack in ATTACKS[::6]]
    refused += [
        as_(owner).post(reverse("live:question-ask", args=[room.pk]), {"text": attack * 400, "client_id": attack})
        for attack in ATTACKS[::6]
    ]

    assert (len(questions), TakenUp.objects.exists(), wrong_in_frames(room)) == (len(ATTACKS), True, [])
    assert [what for answer in refused for what in wrong(answer)] == []
    assert text.count("__xss") > 100


def test_days_talks_and_series(cohort: Cohort, owner: User, trainer: User) -> None:
    client, day = as_(trainer), make_conference(cohort)
    hours = {"begins": "10:00", "ends": "11:00", "capacity": "50"}
    date = (timezone.localdate() + datetime.timedelta(days=1)).isoformat()
    for attack in ATTACKS:
        client.post(reverse("live:conference-new", args=[cohort.slug]), {"title": attack[:160], "day": date, "about": attack})
        talk = {**hours, "title": attack[:160], "hall": attack[:60]}
        client.post(reverse("live:talk-new", args=[cohort.slug, day.pk]), talk)
        series = {**hours, "title": attack[:160], "day": date, "weeks": 1}
        client.post(reverse("live:series-new", args=[cohort.slug]), series)
    days, talks = list(Conference.objects.exclude(pk=day.pk)), list(Seminar.objects.exclude(title=""))
    for talk in talks:
        if not talk.rooms.exists():
            make_room(seminar=talk)
    pages = [reverse("live:seminar-list", args=[cohort.slug]), reverse("live:conference", args=[cohort.slug, day.pk])]
    pages += [reverse("live:conference", args=[cohort.slug, one.pk]) for one in days[::5]]
    pages += [reverse("live:lobby", args=[cohort.slug, talk.pk]) for talk in talks[::7]]

    text = look(as_(owner), pages) + look(client, [*pages, reverse("live:talk-new", args=[cohort.slug, day.pk])])
    refused = [
        client.post(
            reverse("live:talk-new", args=[cohort.slug, day.pk]), {**hours, "title": attack * 9, "hall": attack * 9, "capacity": attack}
        )
        for attack in ATTACKS[::6]
    ]
    refused += [
        client.post(reverse("live:conference-new", args=[cohort.slug]), {"title": attack, "day": attack, "about": attack * 200})
        for attack in ATTACKS[::6]
    ]

    assert (len(days) > len(WITHOUT_NUL) - 3, len(talks) > len(WITHOUT_NUL)) == (True, True)
    assert [what for answer in refused for what in wrong(answer)] == []
    assert not any(sign in f"{one.title}{getattr(one, 'hall', '')}" for one in [*days, *talks] for sign in "\u202e\u2028\u200b\n")
    assert text.count("__xss") > 200


def test_records_and_their_files(cohort: Cohort, owner: User, teammate: User) -> None:
    """The page, what is looked for in it, and the two files to take away."""
    seminar = make_seminar(cohort=cohort, kind="talk", title=ATTACKS[2][:160], keeps_text=True, languages=["fr"])
    room = make_room(seminar=seminar)
    for number, attack in enumerate(WITHOUT_NUL):
        message = make_event(room=room, author=teammate, text=attack, quote=attack[:400] if number else "", answers=number or None)
        make_event(room=room, author=teammate, text=attack, kind="message.interpreted", lang="fr", answers=message.seq)
    Room.objects.filter(pk=room.pk).update(closed_at=timezone.now(), phase="closed")
    page = reverse("live:record", args=[cohort.slug, seminar.pk])
    client: Client = as_(owner)

    text = look(client, [page, f"{page}?after=60", reverse("live:room", args=[room.pk])])
    searched = [client.get(page, {"q": attack, "room": attack, "after": attack}) for attack in ATTACKS[::3]]
    html = client.get(reverse("live:record-file", args=[cohort.slug, seminar.pk, "html"]))
    plain = client.get(reverse("live:record-file", args=[cohort.slug, seminar.pk, "text"])).content.decode()

    assert [what for answer in [*searched, html] if answer.status_code == 200 for what in wrong(answer)] == []
    assert "\n" not in html["Content-Disposition"]
    assert all(line.startswith((" ", "[")) or not line or line in seminar.title for line in plain.split("\n"))
    assert text.count("__xss") > 100


def test_a_line_of_the_log_with_names_that_attack(owner: User) -> None:
    """Names stand in sentences of the room; whichever event tells of them."""
    room = make_room(members=[owner])
    for attack in WITHOUT_NUL[::3]:
        person = make_user(display_name=attack[:80])
        event = make_event(room=room, author=person, text="")
        for kind in type(event).Kind:
            event.kind, event.whom, event.data = kind, person, {"phase": "round", "from": attack, "brought_by": attack, "back": True}
            assert Page(render_to_string("live/partials/event.html", {"event": event})).wrong == []
