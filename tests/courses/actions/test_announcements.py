import datetime
import uuid

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.actions import announcements
from courses.actions.announcements import (
    Conflict,
    announce,
    change_announcement,
    correct_announcement,
    read_announcement,
    send_announcements,
    send_out,
    take_back_announcement,
)
from courses.actions.members import change_part, remove_member
from courses.models import Announcement, Group, Membership
from courses.news import pinned_of
from lms.mail.models import Letter
from lms.notifications.actions.preferences import prefer
from lms.notifications.models import Notice
from lms.permissions import Part, Refused
from lms.users.actions import deactivate
from lms.users.models import User
from tests.courses.factories import make_announcement, make_peer_group
from tests.factories import make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db
Target = Announcement.Target


@pytest.fixture
def cohort(owner):
    return make_cohort(members=[owner])


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER).person


def words(**overrides):
    return {"title": "The room has moved", "html": "<p>Upstairs, WORD-CANARY.</p>", "client_id": uuid.uuid4(), **overrides}


def told(announcement):
    return set(announcement.recipients.values_list("person", flat=True))


def pinned(cohort, person):
    cohort.refresh_from_db()
    return [one.pk for one in pinned_of(cohort, Membership.objects.get(cohort=cohort, person=person).pinned)]


@pytest.mark.parametrize("part", Part)
def test_announce_is_for_trainers_and_coordinators(cohort, part):
    person = make_membership(cohort=cohort, part=part).person

    if part in {Part.TRAINER, Part.COORDINATOR}:
        assert announce(actor=person, cohort=cohort, **words()).sent_at is None
    else:
        with pytest.raises(Refused):
            announce(actor=person, cohort=cohort, **words())


def test_announce_sent_twice_is_one(cohort, trainer):
    sent = words()

    assert announce(actor=trainer, cohort=cohort, **sent) == announce(actor=trainer, cohort=cohort, **sent)


def test_send_announcements_sends_what_is_due_and_nothing_else(cohort, trainer, owner):
    now, later = (
        announce(actor=trainer, cohort=cohort, **words(goes_at=goes_at)) for goes_at in (None, timezone.now() + datetime.timedelta(hours=1))
    )

    assert [send_announcements(), send_announcements()] == ["1 announcements", "0 announcements"]
    assert (told(now), told(later)) == ({owner.pk, trainer.pk}, set())
    assert pinned(cohort, owner) == [now.pk]


def test_send_out_reaches_who_belongs_at_that_moment(cohort, trainer, owner):
    made = announce(actor=trainer, cohort=cohort, **words())
    late = make_membership(cohort=cohort).person
    Membership.objects.filter(person=owner).update(ended_at=timezone.now())

    send_out(announcement_id=made.pk)

    assert told(made) == {trainer.pk, late.pk}
    assert list(Announcement.objects.visible_to(owner)) == []


@pytest.mark.parametrize("target", Target)
def test_send_out_reaches_a_cohort_a_group_or_a_part(cohort, trainer, owner, teammate, target):
    group = make_peer_group(cohort, owner)
    make_membership(cohort=cohort, person=teammate, part=Part.INTERPRETER)
    make_peer_group(make_cohort(members=[make_user()]))
    whom = {Target.GROUP: {"group": group}, Target.PART: {"part": Part.INTERPRETER}, Target.COHORT: {}}[target]

    made = announce(actor=trainer, cohort=cohort, **words(target=target, **whom))
    send_out(announcement_id=made.pk)

    reached = {Target.GROUP: {owner.pk}, Target.PART: {teammate.pk}, Target.COHORT: {owner.pk, teammate.pk, trainer.pk}}
    assert told(made) == reached[target]
    assert set(Notice.objects.filter(kind=Notice.Kind.ANNOUNCEMENT).values_list("person", flat=True)) == reached[target]


def put_off(cohort, trainer, **overrides):
    """Written for a moment that has come by now."""
    made = announce(actor=trainer, cohort=cohort, **words(**overrides), goes_at=timezone.now() + datetime.timedelta(hours=1))
    Announcement.objects.filter(pk=made.pk).update(goes_at=timezone.now())
    return made


@pytest.mark.parametrize("how", ["ended", "deleted"])
def test_announcement_for_a_group_that_is_no_more_waits_until_somebody_chose_whom_it_is_for(cohort, trainer, owner, how):
    group = make_peer_group(cohort, owner)
    announcement = put_off(cohort, trainer, target="group", group=group)
    Group.objects.update(ended_at=timezone.now()) if how == "ended" else Group.objects.all().delete()

    said = [send_announcements(), send_announcements()]
    waits = (Announcement.objects.get().sent_at, list(Notice.objects.values_list("person", "url")))
    change_announcement(actor=trainer, announcement_id=announcement.pk, version=1, title="x", html="<p>x</p>", target="cohort")
    after = Notice.objects.count()

    assert said == ["0 announcements"] * 2
    assert waits == (None, [(trainer.pk, reverse("courses:announcement", args=[cohort.slug, announcement.pk]))])
    assert (after, send_announcements(), told(announcement)) == (0, "1 announcements", {owner.pk, trainer.pk})


@pytest.mark.parametrize("how", ["left", "another part", "closed"])
def test_announcement_of_somebody_who_left_waits_and_goes_out_in_the_name_of_who_looked_at_it(cohort, trainer, owner, how):
    announcement = put_off(cohort, trainer)
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    mine = Membership.objects.filter(person=trainer)
    if how == "closed":
        User.objects.filter(pk=trainer.pk).update(is_active=False)
    else:
        mine.update(**({"ended_at": timezone.now()} if how == "left" else {"part": Part.ALUMNUS}))

    held = send_announcements()
    whom = list(Notice.objects.values_list("person", flat=True))
    fields = {"announcement_id": announcement.pk, "version": 1, "title": "x", "html": "<p>x</p>"}
    change_announcement(actor=coordinator, **fields)

    assert (held, whom) == ("0 announcements", [coordinator.pk])
    assert (send_announcements(), Announcement.objects.get().author) == ("1 announcements", coordinator)
    assert owner.pk in told(announcement)


def test_announcement_stays_its_writers_whoever_else_changes_it(cohort, trainer):
    announcement = put_off(cohort, trainer)
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person

    change_announcement(actor=coordinator, announcement_id=announcement.pk, version=1, title="x", html="<p>x</p>")

    assert Announcement.objects.get().author == trainer


def test_announcement_by_who_coordinates_the_site_goes_out_without_a_place_in_the_cohort(cohort, owner):
    put_off(cohort, make_user(coordinates=True))

    assert send_announcements() == "1 announcements"


def test_announcement_whose_moment_passed_while_nothing_ran_goes_out_once_and_says_so(cohort, trainer):
    announcement = put_off(cohort, trainer)
    Announcement.objects.update(goes_at=timezone.now() - datetime.timedelta(days=2))

    said = [send_announcements(), send_announcements()]

    announcement.refresh_from_db()
    assert (said, announcement.was_late) == (["1 announcements", "0 announcements"], True)


def test_take_back_announcement_that_was_held_back_leaves_no_notice_to_nothing(cohort, trainer, owner):
    announcement = put_off(cohort, trainer, target="group", group=make_peer_group(cohort, owner))
    Group.objects.update(ended_at=timezone.now())
    send_announcements()

    take_back_announcement(actor=trainer, announcement_id=announcement.pk)

    assert (Notice.objects.count(), Announcement.objects.count()) == (0, 0)


def test_announce_for_another_cohorts_group_is_refused(cohort, trainer):
    elsewhere = make_peer_group(make_cohort())

    with pytest.raises(Refused):
        announce(actor=trainer, cohort=cohort, **words(target=Target.GROUP, group=elsewhere))


def test_send_out_by_a_worker_that_is_killed_leaves_nothing_half_done(cohort, trainer, owner, monkeypatch):
    made = announce(actor=trainer, cohort=cohort, **words())

    def killed(*given, **named):
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit), transaction.atomic():
        patch.setattr(announcements, "write_letter", killed)
        send_out(announcement_id=made.pk)
    half = (told(made), Notice.objects.count(), pinned(cohort, owner))
    send_announcements()

    assert half == (set(), 0, [])
    assert (told(made), Letter.objects.count()) == ({owner.pk, trainer.pk}, 2)


def test_trouble_with_one_keeps_no_other_waiting(cohort, trainer, monkeypatch):
    bad, good = (announce(actor=trainer, cohort=cohort, **words()) for _ in range(2))
    send = announcements.send_out

    def stumbles(*, announcement_id):
        if announcement_id == bad.pk:
            raise ValueError("WORD-CANARY")
        return send(announcement_id=announcement_id)

    monkeypatch.setattr(announcements, "send_out", stumbles)

    assert send_announcements() == "1 announcements"
    good.refresh_from_db()
    assert good.sent_at is not None


@pytest.mark.parametrize("end", ["removed", "another part", "closed"])
def test_what_somebody_left_behind_who_announces_no_longer_waits_for_who_does(cohort, trainer, owner, end):
    """S5, S35: words written for later do not outlive the part they were written with."""
    coordinator = make_membership(cohort=cohort, part=Part.COORDINATOR).person
    later = timezone.now() + datetime.timedelta(hours=1)
    made = announce(actor=trainer, cohort=cohort, **words(), goes_at=later)
    theirs = Membership.objects.get(cohort=cohort, person=trainer)
    if end == "removed":
        remove_member(actor=coordinator, membership=theirs)
    elif end == "another part":
        change_part(actor=coordinator, membership=theirs, part=Part.TRAINEE)
    else:
        deactivate(actor=None, person=trainer)
    Announcement.objects.update(goes_at=timezone.now())
    before = Letter.objects.count()

    assert (send_announcements(), send_out(announcement_id=made.pk), Letter.objects.count() - before) == ("0 announcements", False, 0)
    assert list(Announcement.objects.held_back()) == [made]
    change_announcement(actor=coordinator, announcement_id=made.pk, version=1, title="It has moved", html="<p>Upstairs.</p>")
    assert send_announcements() == "1 announcements"
    made.refresh_from_db()
    assert (made.author, owner.pk in told(made), Announcement.objects.held_back().exists()) == (coordinator, True, False)


def test_what_who_coordinates_the_site_announced_goes_out_without_a_place_there(cohort):
    make_announcement(cohort, author=make_user(coordinates=True), sent=False)
    Announcement.objects.update(goes_at=timezone.now())

    assert send_announcements() == "1 announcements"


@pytest.mark.parametrize("carries", [True, False])
def test_letters_carry_the_words_only_if_the_author_ticked_it(cohort, trainer, owner, carries):
    made = make_announcement(cohort, author=trainer, words_in_mail=carries, **words())
    letter = Letter.objects.get(to=owner.email)

    assert ["WORD-CANARY" in text for text in (letter.body, letter.html, letter.subject)] == [carries, carries, False]
    assert [made.title in text for text in (letter.body, letter.html, letter.subject)] == [carries, carries, False]
    assert reverse("courses:announcement", args=[cohort.slug, made.pk]) in letter.body
    assert letter.unsubscribe
    notice = Notice.objects.get(person=owner, kind=Notice.Kind.ANNOUNCEMENT)
    assert (notice.words, notice.mail_at) == ("", None)  # and no second letter tells of it


@pytest.mark.parametrize("choice", [{"mail": "never"}, {"no_mail": ["announcement"]}])
def test_no_letter_to_who_wants_none(cohort, trainer, owner, choice):
    prefer(actor=owner, **choice)

    make_announcement(cohort, author=trainer)

    assert list(Letter.objects.values_list("to", flat=True)) == [trainer.email]
    assert len(pinned(cohort, owner)) == 1


def test_change_announcement_before_it_goes_out(cohort, trainer, owner):
    made = make_announcement(cohort, sent=False)
    later = timezone.now() + datetime.timedelta(days=1)
    fields = {"title": "Other", "html": "<p>Other</p>", "target": Target.PART, "part": Part.TRAINEE, "goes_at": later}

    change_announcement(actor=trainer, announcement_id=made.pk, version=1, **fields)

    made.refresh_from_db()
    assert (made.title, made.part, made.goes_at, made.version) == ("Other", Part.TRAINEE, later, 2)
    assert send_announcements() == "0 announcements"


def test_change_announcement_of_two_people_at_once_writes_over_nobody(cohort, trainer):
    made = make_announcement(cohort, sent=False)
    change_announcement(actor=trainer, announcement_id=made.pk, version=1, title="Theirs", html="<p>T</p>", goes_at=made.goes_at)

    with pytest.raises(Conflict) as conflict:
        change_announcement(actor=made.author, announcement_id=made.pk, version=1, title="Mine", html="<p>M</p>", goes_at=made.goes_at)

    assert conflict.value.announcement.title == "Theirs"


def test_change_announcement_that_went_out_meanwhile_changes_nothing(cohort, trainer):
    made = make_announcement(cohort)

    with pytest.raises(Conflict):
        change_announcement(actor=trainer, announcement_id=made.pk, version=1, title="Mine", html="<p>M</p>")

    made.refresh_from_db()
    assert made.title == "The room has moved"


def test_correct_announcement_shows_that_it_was_changed_and_writes_no_letter(cohort, trainer, owner):
    made = make_announcement(cohort)
    letters = Letter.objects.count()

    correct_announcement(actor=trainer, announcement_id=made.pk, version=1, title="It has not moved", html="<p>Sorry.</p>")

    made.refresh_from_db()
    cohort.refresh_from_db()
    (news,) = pinned_of(cohort, [made.pk])
    assert (made.changed_by, made.changed_at is None, news.title) == (trainer, False, "It has not moved")
    assert Letter.objects.count() == letters


def test_take_back_announcement_only_before_it_went_out(cohort, trainer, owner):
    out, waiting = make_announcement(cohort), make_announcement(cohort, sent=False)

    take_back_announcement(actor=trainer, announcement_id=waiting.pk)
    with pytest.raises(Refused, match="gone out already"):
        take_back_announcement(actor=trainer, announcement_id=out.pk)
    with pytest.raises(Refused):
        take_back_announcement(actor=owner, announcement_id=out.pk)

    assert list(Announcement.objects.all()) == [out]


def test_read_announcement_unpins_it_for_the_reader_alone(cohort, trainer, owner):
    made, other = make_announcement(cohort, author=trainer), make_announcement(cohort, author=trainer, title="Another")

    for _ in range(2):
        read_announcement(actor=owner, announcement=made)

    assert (pinned(cohort, owner), sorted(pinned(cohort, trainer))) == ([other.pk], [made.pk, other.pk])
    assert list(Notice.objects.unread().filter(person=owner).values_list("key", flat=True)) == [f"courses.announcement:{other.pk}"]


def test_send_out_asks_the_same_number_of_questions_for_each_letter(cohort, trainer, django_assert_max_num_queries):
    made = announce(actor=trainer, cohort=cohort, **words())

    with django_assert_max_num_queries(30):
        send_out(announcement_id=made.pk)
