import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.actions.aftercare import take_request
from courses.models import ContactRequest
from forums.actions.forums import open_forums
from forums.actions.moderating.answers import answer_act
from forums.actions.moderating.hiding import ask_to_rework, hide_post, let_rest
from forums.actions.moderating.holds import approve_post
from forums.actions.moderating.settling import settle_post
from forums.models import ActAnswer, Flag, Forum, ModerationAct, Post
from lms.permissions import Part
from lms.users.models import User
from tests.attacks import ATTACKS, Page
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread
from tests.forums.views.test_moderation import address, as_, text

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    return cohort


@pytest.fixture
def trainer(cohort):
    return make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Trainer")).person


@pytest.fixture
def post(cohort, owner):
    return begin_thread(cohort=cohort, author=owner, words="I keep hearing the chair").posts.get()


# --- pointing out -----------------------------------------------------------------------------------------------------


def test_flag_from_the_thread_and_what_happens_then(cohort, post, teammate, trainer):
    client = as_(teammate)
    thread = client.get(reverse("forums:thread", args=[cohort.slug, post.thread_id])).content.decode()
    where = address("flag", cohort, post.pk)

    form = text(client.get(where))
    answer = client.post(where, {"kind": "hurts", "words": "It is about my team"})
    client.post(where, {"kind": "hurts", "words": "It is about my team"})
    then = text(client.get(answer.url))
    settle_post(actor=trainer, post=post)
    looked = text(client.get(where))

    assert f'href="{where}"' in thread
    assert "I keep hearing the chair" in form
    assert [flag.words for flag in Flag.objects.all()] == ["It is about my team"]
    assert "The trainers read it next. Who wrote the post does not learn that it was you." in then
    assert "A trainer looked at it on" in looked


def test_the_author_finds_no_way_to_flag_and_no_trace_of_who_did(cohort, post, owner, teammate):
    as_(teammate).post(address("flag", cohort, post.pk), {"kind": "hurts", "words": "canary"})
    client = as_(owner)

    pages = [
        reverse("forums:thread", args=[cohort.slug, post.thread_id]),
        address("about-me", cohort),
        address("log", cohort, post.thread.forum_id),
    ]
    shown = " ".join(text(client.get(page)) for page in pages)

    assert client.get(address("flag", cohort, post.pk)).status_code == 404
    assert [word for word in ("Teammate", "canary", "hurts", address("flag", cohort, post.pk)) if word in shown] == []


def test_a_worry_says_who_was_told_until_when_and_gives_numbers(cohort, post, owner, teammate):
    User.objects.filter(pk=teammate.pk).update(country="EE")
    contact = make_membership(cohort=cohort, part=Part.AFTERCARE, person=make_user(display_name="Contact")).person
    client = as_(teammate)

    page = text(client.post(address("flag", cohort, post.pk), {"kind": "worried", "words": "canary"}, follow=True))
    asked = ContactRequest.objects.get()
    request = reverse("contact-request", args=[asked.pk])
    theirs, mine, own = (text(as_(person).get(request)) for person in (contact, teammate, owner))
    listed, me = text(as_(contact).get(reverse("contact-requests"))), text(client.get(reverse("contact-me")))
    take_request(actor=contact, request_id=asked.pk)

    assert "Contact was told at once and will look after it." in page
    assert "tel:112" in page
    assert "canary" in theirs
    assert "Owner" in theirs
    assert owner.email in theirs
    assert owner.email not in mine
    assert "This page does not exist" in own or as_(owner).get(request).status_code == 404
    assert "is worried about somebody" in listed
    assert "You are worried about Owner. Contact was told and looks after it." in me


def test_a_worry_about_somebody_anonymous_names_them_to_the_contact_only(cohort, owner, teammate):
    Forum.objects.filter(cohort=cohort).update(allows_anonymous=True)
    post = begin_thread(cohort=cohort, author=owner, anonymous=True).posts.get()
    contact = make_membership(cohort=cohort, part=Part.AFTERCARE, person=make_user(display_name="Contact")).person
    client = as_(teammate)

    page = text(client.post(address("flag", cohort, post.pk), {"kind": "worried"}, follow=True))
    request = reverse("contact-request", args=[ContactRequest.objects.get().pk])
    mine, theirs = text(client.get(request)), text(as_(contact).get(request))

    assert ["Owner" in shown for shown in (page, mine, text(client.get(reverse("contact-me"))), theirs)] == [False, False, False, True]
    assert "Somebody (voice 1)" in mine
    assert "please keep that to yourself" in theirs


def test_take_down_talk_first_by_the_page(cohort, post, owner, teammate):
    client = as_(teammate)

    page = text(client.post(address("flag", cohort, post.pk), {"kind": "identifies", "rest": "on"}, follow=True))
    again = client.post(address("flag", cohort, post.pk), {"kind": "identifies", "rest": "on"})
    thread = text(client.get(reverse("forums:thread", args=[cohort.slug, post.thread_id])))
    about = text(as_(owner).get(address("about-me", cohort)))

    assert "These words rest until" in page
    assert again.status_code == 302
    assert "These words rest for a while" in thread
    assert "I keep hearing" not in thread + page
    assert re.search(r"Somebody who is written about</b> asked for a post to rest while people talk", about)
    assert "Teammate" not in about


@pytest.mark.parametrize("given", [{}, {"kind": "x"}, {"kind": "hurts", "words": "x" * 1001}])
def test_flag_refused_keeps_the_words(cohort, post, teammate, given):
    response = as_(teammate).post(address("flag", cohort, post.pk), {"words": "Kept words", **given})

    assert (response.status_code, Flag.objects.count()) == (200, 0)
    assert "Nothing is lost. Please look at this again:" in text(response)
    assert given.get("words", "Kept words") in text(response)


def test_flag_offers_trainers_no_words(cohort, post, trainer):
    assert 'name="words"' not in text(as_(trainer).get(address("flag", cohort, post.pk)))


# --- other words ------------------------------------------------------------------------------------------------------


def test_rework_shows_the_trainers_words_and_ones_own_to_change(cohort, post, owner, teammate, trainer):
    ask_to_rework(actor=trainer, post=post, why="Please leave the chair out")
    client = as_(owner)
    where = address("rework", cohort, post.pk)

    led = client.get(reverse("forums:post-edit", args=[cohort.slug, post.pk]))
    page = text(client.get(where))
    refused = client.post(where, {"body": " ", "client_id": str(uuid4())})
    kept = client.post(where, {"body": "Other words", "body_form": "text", "client_id": str(uuid4())})
    late = client.post(where, {"body": "Late words", "body_form": "text", "client_id": str(uuid4())})

    post.refresh_from_db()
    assert led.url == where
    assert "Please leave the chair out" in page
    assert "I keep hearing the chair</textarea>" in page
    assert (refused.status_code, kept.url) == (200, post.get_absolute_url())
    assert (post.state, post.html) == ("held", "<p>Other words</p>")
    assert "Nobody waits for other words here any more." in text(late)
    assert "Late words</textarea>" in text(late)
    assert as_(teammate).get(where).status_code == 404
    assert client.get(where).url == reverse("forums:post-edit", args=[cohort.slug, post.pk])


# --- what was done: to whom it concerns in full, to others in general ---------------------------------------------------


def test_about_me_holds_ones_own_in_full_and_nothing_of_others(cohort, post, owner, teammate, trainer):
    other = begin_thread(cohort=cohort, author=teammate).posts.get()
    hide_post(actor=trainer, post=post, why="canary-one")
    hide_post(actor=trainer, post=other, why="canary-two")

    mine, theirs = (text(as_(person).get(address("about-me", cohort))) for person in (owner, teammate))

    assert ["canary-one" in page for page in (mine, theirs)] == [True, False]
    assert ["canary-two" in page for page in (mine, theirs)] == [False, True]
    assert re.search(r"<b>Trainer</b> hid a post .*The empty chair", mine)


def test_log_says_what_was_done_in_general_without_person_and_reason(cohort, post, owner, teammate, trainer):
    Forum.objects.filter(cohort=cohort).update(allows_anonymous=True)
    hidden_author = make_membership(cohort=cohort, person=make_user(display_name="Canary Name")).person
    anonymous = begin_thread(cohort=cohort, author=hidden_author, anonymous=True, title="Another").posts.get()
    hide_post(actor=trainer, post=anonymous, why="canary-reason", shown="Not now")
    let_rest(actor=teammate, post=post)

    page = text(as_(owner).get(address("log", cohort, post.thread.forum_id)))

    assert re.search(r"Somebody who is written about asked for a post to rest.*Trainer hid a post.*Another", page)
    assert [word for word in ("canary-reason", "Canary Name", "Teammate") if word in page] == []


def test_log_names_only_threads_that_the_reader_may_see(cohort, post, owner, teammate, trainer):
    hide_post(actor=trainer, post=post, why="Why")
    ModerationAct.objects.update(
        thread=begin_thread(cohort=cohort, author=trainer, title="canary", forum=Forum.objects.get(kind="trainers"))
    )

    pages = [text(as_(person).get(address("log", cohort, post.thread.forum_id))) for person in (owner, trainer)]

    assert ["canary" in page for page in pages] == [False, True]


def test_log_of_a_forum_one_does_not_meet_does_not_exist(cohort, owner, trainer):
    trainers = Forum.objects.get(cohort=cohort, kind="trainers")

    assert [as_(person).get(address("log", cohort, trainers.pk)).status_code for person in (owner, trainer)] == [404, 200]


@pytest.mark.parametrize("page", ["log", "about-me"])
def test_what_was_done_goes_by_key_and_asks_as_much_for_many_as_for_one(cohort, post, owner, trainer, page, django_assert_max_num_queries):
    acts = [
        ModerationAct(forum=post.thread.forum, thread=post.thread, post=post, person=owner, actor=trainer, verb="hide") for _ in range(45)
    ]
    where = address(page, cohort, *([post.thread.forum_id] if page == "log" else []))
    client = as_(owner)
    ModerationAct.objects.bulk_create(acts[:1])
    client.get(where)
    with django_assert_max_num_queries(12) as one:
        client.get(where)
    ModerationAct.objects.bulk_create(acts[1:])

    counts, query = [], ""
    for _ in range(3):
        with django_assert_max_num_queries(12) as asked:
            response = client.get(where + query)
        assert len(asked) == len(one)
        counts.append(text(response).count("hid a post"))
        query = f"?before={response.context['older']}"
    calm = [client.get(where, {"before": key}).status_code for key in ("x", "-1", "9" * 30, "")]

    assert (counts, calm) == ([20, 20, 5], [200] * 4)


def test_answering_an_act_reaches_the_trainers_and_comes_back(cohort, post, owner, teammate, trainer):
    hide_post(actor=trainer, post=post, why="It names somebody")
    act = ModerationAct.objects.get()
    where = address("act", cohort, act.pk)
    form = {"words": "It is the name of a chair", "client_id": str(uuid4())}

    for _ in range(2):
        as_(owner).post(where, form)
    queue = as_(trainer).get(address("queue", cohort)).context["queue"]
    theirs = text(as_(trainer).get(where))
    as_(trainer).post(where, {"words": "Then let us show it", "client_id": str(uuid4())})

    assert [waiting.pk for waiting in queue.answered] == [act.pk]
    assert "It is the name of a chair" in theirs
    assert "Then let us show it" in text(as_(owner).get(address("about-me", cohort)))
    assert as_(trainer).get(address("queue", cohort)).context["queue"].answered == []
    assert [as_(teammate).get(where).status_code, as_(teammate).post(where, form).status_code] == [404, 404]
    assert ActAnswer.objects.count() == 2


def test_act_refused_keeps_the_words(cohort, post, owner, trainer):
    hide_post(actor=trainer, post=post, why="It names somebody")

    response = as_(owner).post(address("act", cohort, ModerationAct.objects.get().pk), {"words": "Long words " * 300})

    assert (response.status_code, ActAnswer.objects.count()) == (200, 0)
    assert "Long words Long words" in text(response)


def test_attacks_in_reasons_flags_titles_and_answers_stay_words(cohort, post, owner, teammate, trainer):
    found, clients = [], {person: as_(person) for person in (owner, teammate, trainer)}
    attacks = [attack for attack in ATTACKS if "\x00" not in attack][::7]
    for attack in attacks:
        said = begin_thread(cohort=cohort, author=owner, title=f"a {attack}"[:160]).posts.get()
        clients[teammate].post(address("flag", cohort, said.pk), {"kind": "other", "words": attack})
        pages = [clients[trainer].get(address("post", cohort, said.pk))]
        clients[trainer].post(address("post-act", cohort, said.pk, "hide"), {"why": f"w {attack}"[:400], "shown": attack[:200]})
        clients[trainer].post(
            address("thread-act", cohort, said.thread_id, "rename"), {"title": f"b {attack}"[:160], "why": f"w {attack}"[:400]}
        )
        act = ModerationAct.objects.filter(person=owner).latest("pk")
        answer_act(actor=owner, act=act, words=f"w {attack}"[:2000], client_id=uuid4())
        pages += [clients[person].get(reverse("forums:thread", args=[cohort.slug, said.thread_id])) for person in clients]
        pages += [clients[trainer].get(address("thread", cohort, said.thread_id)), clients[owner].get(address("act", cohort, act.pk))]
        pages.append(clients[trainer].post(address("post-act", cohort, said.pk, "hold"), {"why": attack, "until": attack}))
        found += [what for page in pages for what in Page(page.content.decode()).wrong]
    lists = [clients[owner].get(address("about-me", cohort)), clients[owner].get(address("log", cohort, post.thread.forum_id))]
    lists += [clients[trainer].get(address("queue", cohort)), clients[owner].get(reverse("forums:forum", args=[cohort.slug]))]
    found += [what for page in lists for what in Page(page.content.decode()).wrong]

    assert (found, ModerationAct.objects.count()) == ([], 2 * len(attacks))


def test_words_of_care_reach_no_log(cohort, post, owner, teammate, trainer, caplog):
    caplog.set_level("DEBUG")
    as_(teammate).post(address("flag", cohort, post.pk), {"kind": "other", "words": "canary-flag"})
    as_(trainer).post(address("post-act", cohort, post.pk, "hide"), {"why": "canary-why", "shown": "canary-shown"})
    act = ModerationAct.objects.get()
    answer = answer_act(actor=owner, act=act, words="canary-answer", client_id=uuid4())

    assert [str(thing) for thing in (act, answer, Flag.objects.get())] == [
        f"Moderation act {act.pk}",
        f"Answer {answer.pk}",
        f"Flag {Flag.objects.get().pk}",
    ]
    assert [record.name for record in caplog.records if "canary" in record.getMessage() and record.name != "django.db.backends"] == []


def test_a_person_without_the_forum_meets_nothing_of_it(cohort, post, outsider):
    client = Client()
    client.force_login(outsider)

    statuses = [
        client.get(address(name, cohort, *args)).status_code
        for name, *args in [("flag", post.pk), ("about-me",), ("log", post.thread.forum_id)]
    ]

    assert statuses == [404] * 3


def test_what_was_approved_is_told_too(cohort, post, owner, trainer):
    Post.objects.filter(pk=post.pk).update(state="held", posted_at=timezone.now())
    approve_post(actor=trainer, post=Post.objects.select_related("thread__forum__cohort").get(pk=post.pk), why="Thank you")

    assert "let a post through" in text(as_(owner).get(address("about-me", cohort)))
