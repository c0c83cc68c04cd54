import time

import pytest
from django.utils import timezone

from courses.actions.aftercare import read_note
from courses.models import ContactRequest
from forums.actions.moderating import flags
from forums.actions.moderating.flags import flag_post
from forums.actions.moderating.hiding import hide_post
from forums.actions.moderating.settling import settle_post
from forums.models import Flag, Forum, ModerationAct, Post, PostCheck
from lms.mail.models import Letter
from lms.permissions import Part, Refused
from tests.factories import make_membership, make_user
from tests.forums.actions.test_posting import together
from tests.forums.factories import begin_thread

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def contact(cohort):
    return make_membership(cohort=cohort, part=Part.AFTERCARE, person=make_user(display_name="Contact")).person


@pytest.mark.parametrize("kind", ["identifies", "hurts", "other"])
def test_flag_twice_is_one_flag_until_a_trainer_has_looked(cohort, post, teammate, trainer, kind):
    first, again = (flag_post(actor=teammate, cohort=cohort, post=post, kind=kind, words="The street") for _ in range(2))
    settle_post(actor=trainer, post=post)
    once_more = flag_post(actor=teammate, cohort=cohort, post=post, kind=kind)

    assert (first, first.words, once_more == first) == (again, "The street", False)
    assert (Flag.objects.count(), Flag.objects.waiting().count()) == (2, 1)


def test_flag_is_for_whoever_may_read_it_and_has_not_written_it(cohort, post, owner, teammate, trainer, outsider):
    hide_post(actor=trainer, post=post, why="Why")
    post.refresh_from_db()
    for person in (owner, teammate, outsider):
        with pytest.raises(Refused):
            flag_post(actor=person, cohort=cohort, post=post, kind="hurts")

    assert Flag.objects.count() == 0


def test_flag_keeps_no_words_of_a_trainer_that_the_author_could_not_read(cohort, post, trainer):
    assert flag_post(actor=trainer, cohort=cohort, post=post, kind="hurts", words="Always the same").words == ""


def test_a_worry_goes_at_once_to_the_aftercare_contact_without_its_words(cohort, post, owner, teammate, contact):
    for _ in range(2):
        flag = flag_post(actor=teammate, cohort=cohort, post=post, kind="worried", words="canary so tired")

    asked, letter = ContactRequest.objects.get(), Letter.objects.get()
    assert (flag.request, flag.words, asked.sent_to, asked.about, asked.about_name) == (asked, "", contact, owner, "Owner")
    assert (asked.about_url, read_note(actor=contact, contact_request=asked)) == (post.get_absolute_url(), "canary so tired")
    assert (letter.person, letter.subject) == (contact, "Somebody is worried about another person")
    assert [word for word in ("canary", "Owner", "Teammate") if word in letter.body + letter.subject] == []


def test_a_worry_never_reaches_whom_it_is_about(cohort, teammate, contact):
    own = begin_thread(cohort=cohort, author=contact).posts.get()
    site = make_user(coordinates=True)

    flag = flag_post(actor=teammate, cohort=cohort, post=own, kind="worried")

    assert (flag.request.sent_to, list(ContactRequest.objects.visible_to(contact))) == (site, [])
    with pytest.raises(Refused):
        read_note(actor=contact, contact_request=flag.request)


def test_a_worry_about_somebody_anonymous_tells_the_asker_no_name(cohort, owner, teammate, contact):
    Forum.objects.filter(cohort=cohort).update(allows_anonymous=True)
    post = begin_thread(cohort=cohort, author=owner, anonymous=True).posts.get()

    asked = flag_post(actor=teammate, cohort=cohort, post=post, kind="worried").request

    assert (asked.about_name, asked.about) == ("Somebody (voice 1)", owner)


def test_take_down_talk_first_pauses_at_once_and_twice_is_once(cohort, post, teammate):
    for _ in range(2):
        flag_post(actor=teammate, cohort=cohort, post=post, kind="identifies", rest=True)

    assert (Post.objects.get(pk=post.pk).state, Flag.objects.count(), ModerationAct.objects.count()) == ("paused", 1, 1)


def test_take_down_goes_with_identifying_only(cohort, post, teammate):
    flag_post(actor=teammate, cohort=cohort, post=post, kind="hurts", rest=True)

    assert Post.objects.get(pk=post.pk).state == "shown"


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_flag_limit_holds_under_parallel_load(cohort, owner, teammate, monkeypatch):
    posts = [begin_thread(cohort=cohort, author=owner).posts.get() for _ in range(8)]
    monkeypatch.setattr(flags, "FLAGS", 3)
    making = flags._new_flag
    monkeypatch.setattr(flags, "_new_flag", lambda *given: (time.sleep(0.02), making(*given))[1])  # between the count and the flag

    outcomes = together(8, lambda number: flag_post(actor=teammate, cohort=cohort, post=posts[number], kind="hurts").kind)

    assert (outcomes.count("too-often"), Flag.objects.count()) == (5, 3)


def test_flag_limit_ends_after_a_day(cohort, post, owner, teammate, monkeypatch, later):
    monkeypatch.setattr(flags, "FLAGS", 1)
    flag_post(actor=teammate, cohort=cohort, post=post, kind="hurts")
    Flag.objects.update(at=timezone.now())
    with pytest.raises(Refused) as refused:
        flag_post(actor=teammate, cohort=cohort, post=post, kind="other")
    later(days=1, seconds=1)

    assert refused.value.code == "too-often"
    assert flag_post(actor=teammate, cohort=cohort, post=post, kind="other").kind == "other"


# --- looking at them --------------------------------------------------------------------------------------------------


def test_settle_notes_who_looked_and_tells_the_author_but_not_who_flagged(cohort, post, owner, teammate, trainer):
    flag_post(actor=teammate, cohort=cohort, post=post, kind="hurts", words="canary")
    check = PostCheck.objects.create(post=post, kinds=["email"], reason="It is my own")

    for _ in range(2):
        settle_post(actor=trainer, post=post, why="I think it may stand")

    check.refresh_from_db()
    act = ModerationAct.objects.get()
    assert (Flag.objects.waiting().count(), check.settled_by) == (0, trainer)
    assert (act.verb, act.person, act.actor, act.why) == ("settle", owner, trainer, "I think it may stand")


def test_settle_of_ones_own_words_is_for_a_colleague_if_there_is_one(cohort, teammate, trainer):
    own = begin_thread(cohort=cohort, author=trainer).posts.get()
    flag_post(actor=teammate, cohort=cohort, post=own, kind="hurts")
    alone = settle_post(actor=trainer, post=own)
    make_membership(cohort=cohort, part=Part.TRAINER)

    with pytest.raises(Refused):
        settle_post(actor=trainer, post=own)

    assert alone == own


@pytest.mark.parametrize("part", [part for part in Part if part != Part.TRAINER])
def test_settle_is_for_trainers(cohort, post, teammate, part):
    flag_post(actor=teammate, cohort=cohort, post=post, kind="hurts")

    with pytest.raises(Refused):
        settle_post(actor=make_membership(cohort=cohort, part=part).person, post=post)

    assert Flag.objects.waiting().count() == 1
