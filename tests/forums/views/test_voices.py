import csv
import datetime
import io
import math
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.permissions import Place
from forums.actions.forums import open_forums
from forums.models import Forum, Post
from forums.reading.voices import share_of, voices_of
from forums.templatetags.voices import FACE, at, draw_voices
from lms.permissions import Part
from tests.factories import make_cohort, make_membership, make_user
from tests.forums.factories import begin_thread, fill, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    cohort = make_cohort()
    for name in ("Ana", "Ben", "Cleo", "Dora"):
        make_membership(cohort=cohort, person=make_user(display_name=name))
    open_forums(cohort=cohort)
    return cohort


@pytest.fixture
def people(cohort):
    return {member.person.display_name: member.person for member in cohort.memberships.select_related("person")}


def seen(cohort, weeks=4):
    return {face.name: (face.spoke, face.answered, face.answered_by, face.waits_since is not None) for face in found(cohort, weeks).faces}


def found(cohort, weeks=4):
    return voices_of(Place(cohort, Part.TRAINER), weeks)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_voices_of_shows_who_answered_whom_and_who_waits(cohort, people):
    thread = begin_thread(cohort=cohort, author=people["Ana"])
    say(thread, people["Ben"])
    say(thread, people["Ana"], answers=thread.posts.last())
    begin_thread(cohort=cohort, author=people["Cleo"])

    assert seen(cohort) == {
        "Ana": (True, ["Ben"], ["Ben"], False),
        "Ben": (True, ["Ana"], ["Ana"], False),
        "Cleo": (True, [], [], True),
        "Dora": (False, [], [], False),
    }
    assert [(line.both) for line in found(cohort).lines] == [True]
    assert found(cohort).quiet == ["Dora"]


def test_voices_of_leaves_out_the_anonymous_the_old_the_hidden_and_other_forums(cohort, people):
    forum = Forum.objects.get(cohort=cohort, kind="cohort")
    Forum.objects.filter(pk=forum.pk).update(allows_anonymous=True)
    forum.refresh_from_db()
    opened = begin_thread(cohort=cohort, author=people["Ana"], forum=forum, anonymous=True)
    say(opened, people["Ben"], answers=opened.posts.get())  # would point at who is anonymous
    old, hidden = say(opened, people["Cleo"]), say(opened, people["Dora"])
    Post.objects.filter(pk=old.pk).update(posted_at=timezone.now() - datetime.timedelta(weeks=5))
    Post.objects.filter(pk=hidden.pk).update(state=Post.State.HIDDEN)
    elsewhere = make_cohort(members=[people["Cleo"]])
    begin_thread(cohort=elsewhere, author=people["Cleo"])

    assert seen(cohort) == {
        "Ana": (False, [], [], False),
        "Ben": (True, [], [], False),
        "Cleo": (False, [], [], False),
        "Dora": (False, [], [], False),
    }
    assert seen(cohort, weeks=8)["Cleo"][0] is True


def test_voices_asks_as_much_for_many_posts_as_for_one(cohort, people, django_assert_num_queries):
    thread = begin_thread(cohort=cohort, author=people["Ana"])
    fill(thread, people["Ben"], 200)

    with django_assert_num_queries(2):
        found(cohort)


def test_voices_page_is_for_trainers_and_says_the_same_as_a_table(cohort, people):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Tara")).person
    begin_thread(cohort=cohort, author=people["Cleo"])
    address = reverse("forums:voices", args=[cohort.slug])

    page = signed_in(trainer).get(address, {"weeks": "2"})
    others = [signed_in(people["Ana"]).get(address).status_code, signed_in(trainer).get(address, {"weeks": "x"}).status_code]

    words = re.sub(r"\s+", " ", page.content.decode())
    assert (page.status_code, others) == (200, [404, 200])
    assert "Not heard in these weeks: Ana, Ben, Dora, Tara." in words
    assert re.findall(r'<th scope="row">(\w+)</th>', words) == ["Ana", "Ben", "Cleo", "Dora", "Tara"]
    assert '<option value="2" selected>' in words


def test_voices_table_is_the_same_as_a_file(cohort, people):
    trainer = make_membership(cohort=cohort, part=Part.TRAINER, person=make_user(display_name="Tara")).person
    thread = begin_thread(cohort=cohort, author=people["Ana"])
    say(thread, people["Ben"])
    begin_thread(cohort=cohort, author=people["Cleo"])

    response = signed_in(trainer).get(reverse("forums:voices-table", args=[cohort.slug]), {"weeks": "2"})

    today = timezone.localdate().isoformat()
    assert list(csv.reader(io.StringIO(response.content.decode().removeprefix("\ufeff")))) == [
        ["Name", "Was heard", "Has answered", "Was answered by", "Waits for a response since"],
        ["Ana", "yes", "", "Ben", ""],
        ["Ben", "yes", "Ana", "", ""],
        ["Cleo", "yes", "", "", today],
        ["Dora", "no", "", "", ""],
        ["Tara", "no", "", "", ""],
    ]


def test_draw_voices_draws_each_kind_of_line_and_face(cohort, people):
    thread = begin_thread(cohort=cohort, author=people["Ana"])
    say(thread, people["Ben"])

    drawn = draw_voices(found(cohort))

    assert re.findall(r'<path(?: class="(\w+)")? d="([^"]*)"', drawn) == [
        ("", "M525 300L340 115"),
        ("tip", "M340 115h0"),
        ("both", ""),
    ]
    assert re.findall(r'class="voice (\w*)"', drawn) == ["", "", "quiet", "quiet"]
    assert "rotate" not in drawn


def test_draw_voices_of_a_crowd_keeps_faces_and_names_apart(cohort):
    for number in range(56):
        make_membership(cohort=cohort, person=make_user(display_name=f"Person with a long name {number}"))

    voices = found(cohort)

    assert math.dist(at(60, 0), at(60, 1)) > 2 * FACE
    assert draw_voices(voices).count("rotate(") == len(voices.faces) == 60


@pytest.mark.parametrize(
    ("mine", "others", "words"),
    [
        (0, 90, "You have not written in this thread yet."),
        (5, 95, "A few of the words in this thread are yours."),
        (10, 90, "About a tenth of the words in this thread are yours."),
        (25, 75, "About a quarter of the words in this thread are yours."),
        (33, 66, "About a third of the words in this thread are yours."),
        (50, 50, "About half of the words in this thread are yours."),
        (80, 20, "Most of the words in this thread are yours."),
        (99, 1, "Nearly all of the words in this thread are yours."),
    ],
)
def test_share_of_is_said_in_words(cohort, people, mine, others, words):
    thread = begin_thread(cohort=cohort, author=people["Ben"], words="x" * others)
    if mine:
        say(thread, people["Ana"], "y" * mine)

    assert share_of(people["Ana"], thread).words == words


def test_my_share_shows_only_ones_own(cohort, people, outsider):
    thread = begin_thread(cohort=cohort, author=people["Ben"])
    address = reverse("forums:my-share", args=[cohort.slug, thread.pk])

    pages = [signed_in(person).get(address) for person in (people["Ana"], people["Ben"], outsider)]

    assert [page.status_code for page in pages] == [200, 200, 404]
    assert "You have not written in this thread yet." in pages[0].content.decode()
    assert "Nearly all of the words in this thread are yours." in pages[1].content.decode()
