"""Drafts on the server, as the composer sends them, and the page that begins with one."""

import html as entities
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from forums.actions.forums import open_forums
from forums.models import Draft, Forum
from tests.factories import make_cohort
from tests.forums.factories import begin_thread, bring, say

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def cohort(owner, teammate):
    cohort = make_cohort(members=[owner, teammate])
    open_forums(cohort=cohort)
    return cohort


@pytest.fixture
def thread(cohort, owner):
    return begin_thread(cohort=cohort, author=owner)


@pytest.fixture
def theirs(teammate):
    return signed_in(teammate)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name, cohort, *args) -> str:
    return reverse(f"forums:{name}", args=[cohort.slug, *args])


def typed(place, body="I heard the chair", **given):
    return {"place": place, "body": body, "body_form": "text", "client_id": str(uuid4()), **given}


def page(answer) -> str:
    return " ".join(entities.unescape(answer.content.decode()).split())


def test_draft_is_what_the_composer_begins_with_on_another_device(cohort, thread, theirs, teammate):
    post = thread.posts.get()
    sent = typed(f"reply:{thread.pk}", quoted="with me", answers=post.pk)
    kept = theirs.post(address("draft", cohort), sent)
    file = bring(teammate, thread.forum, client_id=sent["client_id"])

    shown = page(signed_in(teammate).get(address("thread", cohort, thread.pk)))

    assert (kept.status_code, f'data-draft-at="{kept["X-Version"]}"' in shown) == (204, True)
    assert "I heard the chair</textarea>" in shown and "with me</textarea>" in shown
    assert f'name="answers" value="{post.pk}"' in shown and "You answer Owner" in shown
    assert f'name="client_id" value="{sent["client_id"]}"' in shown and f'name="alt-{file.pk}"' in shown


def test_draft_of_a_new_thread_has_its_title_and_stays_anonymous(cohort, thread, theirs):
    Forum.objects.update(allows_anonymous=True)
    theirs.post(address("draft", cohort), typed(f"new:{thread.forum_id}", title="Windows", anonymous="on"))

    shown = page(theirs.get(address("thread-new", cohort)))

    assert 'name="title" value="Windows"' in shown and "I heard the chair</textarea>" in shown
    assert re.search(r'<input type="checkbox" name="anonymous"[^>]* checked', shown)


def test_draft_of_the_editor_comes_back_cleaned_and_plain_where_there_is_none(cohort, thread, theirs):
    body = "<p><strong>I</strong> heard</p><script>alert(1)</script><p>it</p>"
    theirs.post(address("draft", cohort), typed(f"reply:{thread.pk}", body, body_form="html"))

    raw = theirs.get(address("thread", cohort, thread.pk)).content.decode()

    assert "I heard\n\nit</textarea>" in raw
    assert "<template data-words-html><p><strong>I</strong> heard</p><p>it</p></template>" in " ".join(raw.split()).replace("> <", "><")
    assert "alert(1)" not in raw


def test_draft_is_nobody_elses(cohort, thread, theirs, owner):
    theirs.post(address("draft", cohort), typed(f"reply:{thread.pk}"))

    shown = page(signed_in(owner).get(address("thread", cohort, thread.pk)))

    assert ("I heard the chair" in shown, "data-draft-at" in shown) == (False, False)


def test_draft_of_nothing_clears_and_posting_does(cohort, thread, theirs, teammate):
    for last in ("clear", "post"):
        kept = theirs.post(address("draft", cohort), typed(f"reply:{thread.pk}"))
        assert Draft.objects.count() == 1
        if last == "clear":
            cleared = theirs.post(address("draft", cohort), typed(f"reply:{thread.pk}", " ", version=kept["X-Version"]))
            assert (cleared.status_code, "X-Version" in cleared) == (204, False)
        else:
            say(thread, teammate)
        assert Draft.objects.count() == 0


def test_draft_in_which_something_is_noticed_stays_on_the_device(cohort, thread, theirs):
    answer = theirs.post(address("draft", cohort), typed(f"reply:{thread.pk}", "He was born on 3 May 1984"))

    assert answer.status_code == 422
    assert answer.json() == {"sentences": ["We noticed a date of birth. Please look at it once more; your words are still here."]}
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    "given", [{"place": "reply:x"}, {"place": ""}, {"body": "a" * 50_001}, {"title": "x" * 161}, {"answers": "x"}, {"client_id": "x"}]
)
def test_draft_that_cannot_be_kept_says_why(cohort, thread, theirs, given):
    answer = theirs.post(address("draft", cohort), {**typed(f"reply:{thread.pk}"), **given})

    assert (answer.status_code, len(answer.json()["sentences"]), Draft.objects.count()) == (422, 1, 0)


def test_draft_of_another_device_is_not_written_over(cohort, thread, theirs):
    theirs.post(address("draft", cohort), typed(f"reply:{thread.pk}", "From there"))

    answer = theirs.post(address("draft", cohort), typed(f"reply:{thread.pk}", "From here", version=1))

    sentence = "On another device you have written here too. Load this page again to see both; nothing is lost."
    assert (answer.status_code, answer.json()) == (409, {"sentences": [sentence]})


def test_draft_for_what_one_does_not_see_is_404(cohort, thread, theirs, owner):
    other = begin_thread(cohort=make_cohort(members=[owner]), author=owner)
    trainers = Forum.objects.get(cohort=cohort, kind=Forum.Kind.TRAINERS)
    places = [f"reply:{other.pk}", "reply:999999", f"new:{other.forum_id}", f"new:{trainers.pk}", f"new:{10**17}"]

    assert [theirs.post(address("draft", cohort), typed(place)).status_code for place in places] == [404] * 5
    assert Draft.objects.count() == 0


def test_a_page_asks_one_query_for_a_draft_that_is_not_there(cohort, thread, theirs, django_assert_max_num_queries):
    theirs.get(address("thread", cohort, thread.pk))
    with django_assert_max_num_queries(12) as queries:
        theirs.get(address("thread", cohort, thread.pk))

    assert len([query for query in queries if "forums_draft" in query["sql"]]) == 1
