import datetime

import pytest
from django.db import connection
from django.utils import timezone

from forums.actions.changing import edit_post
from forums.finding.index import make_index, mend_index
from forums.finding.posts import BEGIN, END, Wanted, narrow, pieces, words_of
from forums.models import Post
from lms import richtext
from tests.factories import make_cohort, make_membership
from tests.forums.factories import begin_thread, fill

pytestmark = pytest.mark.django_db
ONLY_SQLITE = connection.vendor == "sqlite"


@pytest.fixture
def cohort(owner, teammate):
    return make_cohort(members=[owner, teammate])


@pytest.fixture
def post(cohort, owner):
    return begin_thread(cohort=cohort, author=owner, words="She was listening to the grandmother's chairs").posts.get()


def found(user, text: str, **given) -> list[int]:
    wanted = Wanted(words=words_of(text), **given)
    return list(narrow(Post.objects.all(), wanted, user, knows_authors=False).order_by("pk").values_list("pk", flat=True))


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["listen", "chair", "LISTENING chairs", "grandmother's", "  chairs   grandmother "])
def test_narrow_finds_words_in_their_forms_and_in_any_order(owner, post, text):
    assert found(owner, text) == [post.pk]


@pytest.mark.parametrize("text", ["chair table", "listless", "hear", "gran"])
def test_narrow_wants_every_word(owner, post, text):
    assert found(owner, text) == []


@pytest.mark.parametrize(
    "text",
    ['"', '""', '"chairs', "chairs*", "chairs AND", "NEAR(chairs)", "plain:chairs", "-chairs", "(", "a & | !", "' or 1=1 --", "^chairs",
     "chairs\\", "{chairs}", "chairs:*", "<->", "%", "\ufdd0 chairs", "\ue000chairs\ue001", "forums_post_words", "x" * 200],
)  # fmt: skip
def test_narrow_takes_signs_of_search_engines_for_words(owner, post, text):
    assert found(owner, text) in ([], [post.pk])


@pytest.mark.parametrize(("text", "hits"), [("chairs*", 1), ('"chairs" listening', 1), ("chairs OR table", 0), ("chairs NOT listening", 0)])
def test_narrow_knows_no_operators(owner, post, text, hits):
    """OR and NOT are words; in English PostgreSQL leaves out such common ones."""
    common = not ONLY_SQLITE and "NOT" in text

    assert len(found(owner, text)) == (1 if common else hits)


def test_narrow_follows_words_through_changes_and_out_of_the_world(owner, cohort, post):
    edit_post(actor=owner, post=post, html="<p>Other words entirely</p>")
    changed = [found(owner, text) for text in ("chairs", "entirely")]
    Post.objects.filter(pk=post.pk).update(html="", plain="", withdrawn_at=timezone.now())
    withdrawn = found(owner, "entirely")
    many = fill(post.thread, owner, 3)
    bulk = found(owner, "something")
    Post.objects.filter(pk__in=[one.pk for one in many]).delete()

    assert (changed, withdrawn, bulk) == ([[], [post.pk]], [], [one.pk for one in many])
    assert found(owner, "something") == []


def test_narrow_reads_words_in_the_persons_language(owner, post):
    owner.language = "et"

    assert found(owner, "chairs") == [post.pk]
    assert found(owner, "chair") == ([post.pk] if ONLY_SQLITE else [])  # no English endings in Estonian


def test_narrow_marks_what_was_looked_for(owner, post):
    [one] = narrow(Post.objects.all(), Wanted(words=("chair",)), owner, knows_authors=False)

    assert pieces(one.excerpt) == [("She was listening to the grandmother's ", False), ("chairs", True)]


def test_pieces_are_words_whatever_stands_in_them():
    forged = f"<script>{BEGIN}one{END} {BEGIN}{BEGIN}two{END} three{END}"

    assert pieces(forged) == [("<script>", False), ("one", True), (" ", False), ("two", True), (" three", False)]


def test_words_of_leaves_out_what_is_none():
    assert words_of(' -- "chair" & \u0301 é 3 ') == ("chair", "é", "3")


# --- the rest -------------------------------------------------------------------------------------------------------


def test_narrow_by_days_of_the_persons_zone(owner, post):
    Post.objects.filter(pk=post.pk).update(posted_at=datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC))  # 2 July in London
    days = [datetime.date(2026, 7, day) for day in (1, 2, 3)]

    assert [found(owner, "", from_on=day) for day in days] == [[post.pk], [post.pk], []]
    assert [found(owner, "", until_on=day) for day in days] == [[], [post.pk], [post.pk]]


def test_narrow_by_author_finds_the_anonymous_only_for_themselves_and_who_knows(owner, teammate, cohort):
    thread = begin_thread(cohort=cohort, author=teammate)
    named = thread.posts.get()
    hidden = Post.objects.create(
        thread=thread, author=teammate, alias_number=1, client_id="00000000-0000-0000-0000-000000000001",
        html="<p>x</p>", plain="x", cleaned_with=richtext.CLEANED_WITH,
    )  # fmt: skip
    wanted = Wanted(author=teammate.pk)

    def seen(user, knows):
        return set(narrow(Post.objects.all(), wanted, user, knows_authors=knows).values_list("pk", flat=True))

    assert (seen(owner, False), seen(owner, True), seen(teammate, False)) == ({named.pk}, {named.pk, hidden.pk}, {named.pk, hidden.pk})


def test_narrow_by_forum(owner, cohort, post):
    other = begin_thread(cohort=make_cohort(members=[owner]), author=owner).forum
    make_membership(cohort=cohort)

    assert [found(owner, "chairs", forum=forum) for forum in (post.thread.forum, other)] == [[post.pk], []]


# --- the index ------------------------------------------------------------------------------------------------------


def test_make_index_again_changes_nothing(owner, cohort):
    make_index(connection)
    post = begin_thread(cohort=cohort, author=owner, words="She was listening to the chairs").posts.get()

    assert found(owner, "chairs") == [post.pk]


def test_mend_index_brings_back_what_went_with_an_old_table(owner, post):
    """SQLite changes a table by making a new one. PostgreSQL has nothing to mend."""
    if ONLY_SQLITE:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER post_words_changed")
            cursor.execute("DROP TRIGGER post_words_said")
    Post.objects.filter(pk=post.pk).update(plain="unheard of")
    missed = found(owner, "unheard")

    mend_index(connection)
    Post.objects.filter(pk=post.pk).update(plain="now heard")

    assert missed == ([] if ONLY_SQLITE else [post.pk])
    assert (found(owner, "heard"), found(owner, "chairs")) == ([post.pk], [])


def test_narrow_by_words_goes_by_the_index(owner, post):
    if not ONLY_SQLITE:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plans = []
    for language in ("en-gb", "et"):
        owner.language = language
        plans.append(narrow(Post.objects.all(), Wanted(words=("chairs",)), owner, knows_authors=False).order_by().explain())

    names = ["SCAN forums_post_words VIRTUAL TABLE"] * 2 if ONLY_SQLITE else ["post_words_english", "post_words_simple"]
    assert [name in plan for name, plan in zip(names, plans, strict=True)] == [True, True]
