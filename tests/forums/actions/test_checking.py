"""The check before a post: what is looked at, what may stand, and that nothing of it is written down."""

import pytest

from forums.actions.changing import edit_post
from forums.actions.checking import Noticed, keep_check, look_over, names_in, phrases, spoken, texts_of
from forums.actions.forums import forum_of, open_forums
from forums.models import Forum, Post, PostCheck, Thread
from lms import identifying
from lms.permissions import Part, Refused
from tests.courses.actions.test_journals import everything_stored
from tests.courses.factories import make_peer_group
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, bring, say

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

BIRTH, PHONE = "He was born on 3 May 1984.", "Ring 020 7946 0123 any time."
NAME = "Harriet Walker came to the ward"


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def thread(cohort, owner):
    return begin_thread(cohort=cohort, author=owner)


# --- what is looked at


def test_spoken_keeps_paragraphs_and_says_where_links_lead():
    html = '<p>One<br>line &amp; two</p><ul><li>a</li><li>b</li></ul><p><a href="mailto:h.walker@nhs.example" rel="x">write</a></p>'

    assert spoken(html) == "One\nline & two\n\na\nb\n\n\nwrite\n\nmailto:h.walker@nhs.example"


def test_spoken_says_an_address_that_stands_there_once():
    assert spoken('<p><a href="https://example.org/a" rel="x">example.org/a</a></p>') == "example.org/a"


def test_texts_of_leaves_out_what_is_not_there():
    assert texts_of(html="<p>Said</p>") == {"body": "Said"}
    assert texts_of(html="", title="T", alts={"alt-1": "", "alt-2": "A"}) == {"title": "T", "alt-2": "A"}


def test_look_over_lets_ordinary_words_pass(cohort):
    assert look_over(forum=forum_of(cohort), texts={"body": "I heard the chair scrape."}) == []


def test_look_over_says_what_it_noticed_where_without_the_words(cohort):
    with pytest.raises(Noticed) as noticed:
        look_over(forum=forum_of(cohort), texts={"title": PHONE, "body": f"Hm. {BIRTH}"})

    found = noticed.value
    assert {name: [place.kind for place in places] for name, places in found.places.items()} == {
        "title": [identifying.Kind.PHONE],
        "body": [identifying.Kind.BIRTH_DATE],
    }
    assert found.sentence == (
        "We noticed a date of birth and what looks like somebody’s phone number. Please look at it once more; your words are still here."
    )
    assert "1984" not in repr(vars(found)) + str(found)


def test_look_over_with_a_reason_gives_the_kinds(cohort):
    kinds = look_over(forum=forum_of(cohort), texts={"body": BIRTH + PHONE}, reason="  From a\nbook ")

    assert kinds == [identifying.Kind.BIRTH_DATE, identifying.Kind.PHONE]


@pytest.mark.parametrize(
    ("reason", "trouble"),
    [
        (" \u200b\n", ""),
        ("x" * 301, "There is room for 300 characters. Please say it more briefly."),
        (PHONE, "The reason is kept for the trainers. Please give it without names, numbers or addresses."),
    ],
)
def test_look_over_refuses_a_reason_that_cannot_be_kept(cohort, reason, trouble):
    with pytest.raises(Noticed) as noticed:
        look_over(forum=forum_of(cohort), texts={"body": BIRTH}, reason=reason)

    assert noticed.value.trouble == trouble


def test_look_over_does_not_ask_again_about_what_stands_there(cohort):
    forum = forum_of(cohort)

    assert look_over(forum=forum, texts={"body": f"{BIRTH} More."}, standing=f"Before. {BIRTH}") == []
    with pytest.raises(Noticed):
        look_over(forum=forum, texts={"body": BIRTH + PHONE}, standing=BIRTH)


def test_names_in_are_those_who_meet_there(cohort, owner, teammate):
    open_forums(cohort=cohort)
    trainer = make_membership(cohort=cohort, person=make_user(display_name="Trainer"), part=Part.TRAINER).person
    make_membership(cohort=cohort, person=make_user(display_name="Alumna"), part=Part.ALUMNUS)
    make_membership(cohort=cohort, person=make_user(display_name="Interpreter"), part=Part.INTERPRETER)
    left = make_membership(cohort=cohort, person=make_user(display_name="Left"))
    type(left).objects.filter(pk=left.pk).update(ended_at=left.joined_at)
    group = make_peer_group(cohort, owner)
    here = {
        kind: Forum.objects.get(kind=kind) for kind in (Forum.Kind.COHORT, Forum.Kind.TRAINERS, Forum.Kind.COMMONS)
    } | {Forum.Kind.GROUP: Forum.objects.create(cohort=cohort, group=group, kind=Forum.Kind.GROUP, title="G")}  # fmt: skip

    assert {str(kind): sorted(names_in(forum)) for kind, forum in here.items()} == {
        "cohort": ["Owner", "Teammate", "Trainer"],
        "trainers": ["Trainer"],
        "commons": ["Alumna", "Trainer"],
        "group": ["Owner", "Trainer"],
    }
    assert trainer.display_name == "Trainer"


def test_a_colleague_of_the_cohort_is_ordinary_here(cohort, thread, teammate):
    with pytest.raises(Noticed):
        say(thread, teammate, NAME)
    make_membership(cohort=cohort, person=make_user(display_name="Harriet Walker"))

    assert say(thread, teammate, NAME).plain == NAME


def test_phrases_says_each_kind_once():
    place = identifying.Noticed(0, 1, identifying.Kind.EMAIL)

    assert phrases({"title": [place], "body": [place, place]}) == "somebody’s e-mail address"


# --- in every action that says something


def test_start_thread_and_reply_refuse_without_a_reason(cohort, thread, owner, teammate):
    tries = [
        lambda: begin_thread(cohort=cohort, author=owner, words=BIRTH),
        lambda: begin_thread(cohort=cohort, author=owner, title=BIRTH),
        lambda: say(thread, teammate, BIRTH),
        lambda: say(thread, teammate, BIRTH, reason="  "),
    ]
    for act in tries:
        with pytest.raises(Noticed):
            act()

    assert (Post.objects.count(), Thread.objects.count(), PostCheck.objects.count()) == (1, 1, 0)


def test_start_thread_and_reply_keep_kinds_and_reason_with_the_post(cohort, thread, owner, teammate):
    begun = begin_thread(cohort=cohort, author=owner, title=BIRTH, words=PHONE, reason="From a book").posts.get()
    said = say(thread, teammate, BIRTH, reason="He wrote\nso himself")
    say(thread, teammate, "Nothing of that kind", reason="A reason for nothing")

    assert list(PostCheck.objects.order_by("pk").values_list("post", "kinds", "reason")) == [
        (begun.pk, ["birth_date", "phone"], "From a book"),
        (said.pk, ["birth_date"], "He wrote so himself"),
    ]


def test_edit_post_asks_about_what_is_new_and_only_that(thread, teammate):
    post = say(thread, teammate, BIRTH, reason="From a book")

    edit_post(actor=teammate, post=post, html=f"<p>{BIRTH}</p><p>And more</p>")
    with pytest.raises(Noticed):
        edit_post(actor=teammate, post=post, html=f"<p>{BIRTH}</p><p>{PHONE}</p>")
    edit_post(actor=teammate, post=post, html=f"<p>{BIRTH}</p><p>{PHONE}</p>", reason="Drama number")

    assert "020 7946 0123" in Post.objects.get(pk=post.pk).plain
    assert list(PostCheck.objects.values_list("kinds", "reason")) == [(["phone"], "Drama number")]


def test_keep_check_anew_waits_for_trainers_again(thread, owner):
    post = thread.posts.get()
    keep_check(post=post, kinds=[identifying.Kind.PHONE], reason="One")
    PostCheck.objects.update(settled_at=post.posted_at, settled_by=owner)

    keep_check(post=post, kinds=[identifying.Kind.EMAIL], reason="Two")

    check = PostCheck.objects.get()
    assert (check.kinds, check.reason, check.settled_at, check.settled_by) == (["email"], "Two", None, None)


def test_what_a_picture_shows_is_looked_at_and_its_name_is_not_written_down(cohort, thread, teammate):
    file = bring(teammate, forum_of(cohort), name=f"{NAME} canary.png", alt=f"canary {BIRTH}")

    assert (file.name, file.alt) == ("picture.png", "")
    with pytest.raises(Noticed) as noticed:
        say(thread, teammate, client_id=file.client_id, alts={file.pk: f"canary {BIRTH}"})
    assert list(noticed.value.places) == [f"alt-{file.pk}"]
    assert b"canary" not in everything_stored()

    say(thread, teammate, client_id=file.client_id, alts={file.pk: f"canary {BIRTH}"}, reason="A page of a book")
    file.refresh_from_db()
    assert (file.alt, PostCheck.objects.get().kinds) == (f"canary {BIRTH}", ["birth_date"])


def test_nothing_refused_is_stored_cached_or_logged(cohort, thread, teammate, caplog):
    caplog.set_level("DEBUG")
    for act in (
        lambda: say(thread, teammate, f"canary {BIRTH}"),
        lambda: begin_thread(cohort=cohort, author=teammate, title=f"canary {PHONE}"),
        lambda: edit_post(actor=teammate, post=say(thread, teammate), html=f"<p>canary {BIRTH}</p>"),
        lambda: say(thread, teammate, BIRTH, reason=f"canary {PHONE}"),
    ):
        with pytest.raises(Refused):
            act()

    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert (b"canary" in everything_stored(), "canary" in logged) == (False, False)
