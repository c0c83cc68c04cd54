"""The pages of an entry."""

import html as entities
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.actions.journals import edit_entry, keep_entry, read_entry
from courses.models import Activity, JournalEntry, Membership, Progress
from lms.permissions import Part
from tests.factories import make_activity, make_block, make_cohort, make_membership, make_user

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

LIST, NEW = "/journal/", "/journal/new/"
RICH = "<p>one <strong>two</strong></p>"
AUTO = {"X-Autosave": "1"}


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    return client


ABSENT = "00000000-0000-4000-8000-000000000000"


def kept(author, html="<p>some words</p>", title="A title", **overrides):
    return keep_entry(actor=author, client_id=uuid4(), title=title, html=html, **overrides)


def address(entry):
    return f"/journal/{entry.pk}/"


def words_of(person):
    return [
        (words.title, words.html)
        for words in (read_entry(actor=person, entry=entry) for entry in JournalEntry.objects.filter(author=person))
    ]


TICK = "The course may show this as kept"


def prompted(person, *, opens_in=-10, part=Part.TRAINEE):
    cohort = make_cohort()
    if part:
        make_membership(cohort=cohort, person=person, part=part)
    block = make_block(cohort=cohort, opens_in=opens_in)
    return cohort, make_activity(module=block.module, type="journal", prompt="What did you hold back?")


def textarea(answer):
    found = re.search(r"<textarea[^>]*name=\"body\"[^>]*>\n?(.*?)</textarea>", answer.content.decode(), re.DOTALL)
    return entities.unescape(found[1]) if found else None


# --- a new entry


def test_entry_new_says_who_can_read_and_that_nobody_monitors(mine):
    page = mine.get(NEW).content.decode()

    assert "Only you can read this page." in page
    assert "Nobody monitors what you write here." in page
    assert reverse("crisis") in page
    assert reverse("contact-me") in page


def test_entry_new_keeps_bare_words_and_leads_to_them(mine, owner):
    answer = mine.post(NEW, {"title": "T", "body": "one\n\n<two>"})

    entry = JournalEntry.objects.get()
    assert (answer.status_code, answer.url) == (302, address(entry))
    assert words_of(owner) == [("T", "<p>one</p><p>&lt;two&gt;</p>")]
    assert textarea(mine.get(address(entry))) == "one\n\n<two>"


def test_entry_new_cleans_what_the_editor_sends(mine, owner):
    mine.post(NEW, {"body": '<p onclick="x">one <strong class="y">two</strong><script>z</script></p>', "body_form": "html"})

    assert words_of(owner) == [("", RICH)]


def test_entry_new_autosaved_answers_where_it_is(mine):
    client_id = str(uuid4())

    answers = [mine.post(NEW, {"body": body, "client_id": client_id}, headers=AUTO) for body in ("one", "one", "one two")]

    entry = JournalEntry.objects.get()
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert [(answer["Location"], answer["X-Version"]) for answer in answers] == [(address(entry), version) for version in ("1", "1", "2")]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [("", "There are no words here yet. A first sentence is enough."), ("a" * 100_001, "limit is 100 kB")],
)
def test_entry_new_refused_says_why_and_keeps_the_words(mine, body, sentence):
    page, quiet = mine.post(NEW, {"title": "x" * 161, "body": body}), mine.post(NEW, {"title": "", "body": body}, headers=AUTO)

    assert (page.status_code, quiet.status_code) == (422, 422)
    assert textarea(page) == body
    assert page.context["form"]["title"].value() == "x" * 161
    assert [sentence in given for given in quiet.json()["sentences"]] == [True]
    assert JournalEntry.objects.count() == 0


def test_entry_new_with_a_title_alone_is_an_entry(mine, owner):
    mine.post(NEW, {"title": "Only this"})

    assert words_of(owner) == [("Only this", "")]


def test_entry_new_shows_the_prompt_and_tells_the_course_only_what_is_ticked(mine, owner):
    cohort, activity = prompted(owner)
    page = mine.get(NEW, {"activity": activity.pk}).content.decode()

    mine.post(f"{NEW}?activity={activity.pk}&cohort={cohort.slug}", {"body": "one"})

    assert ("What did you hold back?" in page, TICK in page) == (True, True)
    entry = JournalEntry.objects.get()
    assert (entry.cohort, entry.activity, entry.shown_kept, Progress.objects.count()) == (cohort, activity, False, 0)
    assert "What did you hold back?" in mine.get(address(entry)).content.decode()


def test_entry_autosaved_carries_the_tick_and_takes_it_back(mine, owner):
    cohort, activity = prompted(owner)
    autosave = {"headers": {"X-Autosave": "1"}}
    answer = mine.post(f"{NEW}?activity={activity.pk}&cohort={cohort.slug}", {"body": "one", "shown_kept": "on"}, **autosave)
    ticked = re.search(r"<input[^>]*shown_kept[^>]*checked", mine.get(answer["Location"]).content.decode())
    done = Progress.objects.get(person=owner, activity=activity)

    mine.post(answer["Location"], {"body": "one", "version": 1}, **autosave)

    assert (answer.status_code, bool(ticked), done.how) == (201, True, Progress.How.ENTRY)
    assert (JournalEntry.objects.get().shown_kept, Progress.objects.get().done_at) == (False, None)


def test_entry_has_no_tick_where_no_course_could_learn_of_it(mine, owner):
    cohort, activity = prompted(owner)
    Activity.objects.update(type="reading")
    pages = [mine.get(NEW), mine.get(NEW, {"activity": activity.pk})]
    Activity.objects.update(type="journal")
    mine.post(f"{NEW}?activity={activity.pk}&cohort={cohort.slug}", {"body": "one"})
    Membership.objects.update(ended_at=timezone.now())

    pages.append(mine.get(address(JournalEntry.objects.get())))

    assert [TICK in page.content.decode() for page in pages] == [False, False, False]


# --- an entry


def test_entry_of_simple_paragraphs_stands_in_the_textarea_and_comes_back_as_it_was(mine, owner):
    entry = kept(owner, "<p>one<br>two</p><p>three</p>")
    page = mine.get(address(entry))

    assert textarea(page) == "one\ntwo\n\nthree"
    mine.post(address(entry), {"title": "A title", "body": textarea(page), "version": 1})

    assert words_of(owner) == [("A title", "<p>one<br>two</p><p>three</p>")]
    assert JournalEntry.objects.get().version == 1


def test_entry_with_emphasis_is_shown_and_added_to_without_the_editor(mine, owner):
    entry = kept(owner, RICH)
    page = mine.get(address(entry))

    assert textarea(page) == ""
    assert f'<div class="prose" data-read-only>{RICH}</div>' in page.content.decode()
    mine.post(address(entry), {"title": "A title", "body": "three <3", "version": 1})

    assert words_of(owner) == [("A title", f"{RICH}<p>three &lt;3</p>")]


def test_entry_with_emphasis_is_left_alone_if_nothing_is_added(mine, owner):
    entry = kept(owner, RICH)

    mine.post(address(entry), {"title": "A new title", "body": "", "version": 1})

    assert words_of(owner) == [("A new title", RICH)]


def test_entry_with_emphasis_is_replaced_by_what_the_editor_sends(mine, owner):
    entry = kept(owner, RICH)

    mine.post(address(entry), {"title": "", "body": "<p><em>new</em></p>", "body_form": "html", "version": 1})

    assert words_of(owner) == [("", "<p><em>new</em></p>")]


def test_entry_added_to_beyond_the_limit_is_refused(mine, owner):
    entry = kept(owner, "<p><strong>" + "a" * 60_000 + "</strong></p>")

    answer = mine.post(address(entry), {"title": "", "body": "b" * 60_000, "version": 1})

    assert answer.status_code == 422
    assert textarea(answer) == "b" * 60_000
    assert JournalEntry.objects.get().version == 1


def test_entry_never_shows_tags_in_the_textarea(mine, owner):
    for html in (RICH, "<p>plain</p>", "<ul><li>x</li></ul>"):
        page = mine.get(address(kept(owner, html)))
        assert "<" not in textarea(page)


def test_entry_autosaved_answers_with_the_version(mine, owner):
    entry = kept(owner)

    answer = mine.post(address(entry), {"title": "", "body": "new", "version": 1}, headers=AUTO)

    assert (answer.status_code, answer["X-Version"], answer.content) == (204, "2", b"")
    assert words_of(owner) == [("", "<p>new</p>")]


def test_entry_that_does_not_open_says_so_and_changes_nothing(mine, owner):
    entry = kept(owner)
    JournalEntry.objects.update(version=2)

    answers = [mine.get(address(entry)), mine.post(address(entry), {"body": "x", "version": 2})]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert "its key does not open it" in answers[0].content.decode()
    assert mine.get(LIST).status_code == 200


@pytest.mark.parametrize("page", ["new", "entry", "list", "delete"])
def test_pages_ask_at_most_twelve_questions(mine, owner, page, django_assert_max_num_queries):
    cohort, activity = prompted(owner)
    entry = kept(owner, cohort=cohort, activity=activity)
    target = {"new": f"{NEW}?activity={activity.pk}", "entry": address(entry), "list": LIST, "delete": f"{address(entry)}delete/"}[page]

    mine.get(target)  # the first request of a sign-in writes it down as well
    with django_assert_max_num_queries(12):
        assert mine.get(target).status_code == 200


# --- two versions


@pytest.fixture
def changed_elsewhere(owner):
    entry = kept(owner, title="", html="<p>first</p>")
    edit_entry(actor=owner, entry_id=entry.pk, title="There", html="<p>written there</p>", version=1)
    return entry


def test_entry_changed_elsewhere_shows_both_and_overwrites_nothing(mine, owner, changed_elsewhere):
    answer = mine.post(address(changed_elsewhere), {"title": "Here", "body": "written here", "version": 1})

    assert answer.status_code == 409
    assert "<p>written there</p>" in answer.content.decode()
    assert textarea(answer) == "written here"
    assert words_of(owner) == [("There", "<p>written there</p>")]


def test_entry_changed_elsewhere_answers_an_autosave_with_the_other_version(mine, changed_elsewhere):
    answer = mine.post(address(changed_elsewhere), {"title": "Here", "body": "written here", "version": 1}, headers=AUTO)

    assert answer.status_code == 409
    assert answer.json() == {"version": 2, "title": "There", "html": "<p>written there</p>"}


@pytest.mark.parametrize(
    ("choice", "stands"),
    [
        ("mine", ("Here", "<p>written here</p>")),
        ("theirs", ("There", "<p>written there</p>")),
        ("both", ("There", "<p>written there</p><p>written here</p>")),
    ],
)
def test_entry_changed_elsewhere_becomes_what_is_chosen(mine, owner, changed_elsewhere, choice, stands):
    sent = {"title": "Here", "body": "written here", "version": 2, "client_id": str(uuid4())}

    answer = mine.post(address(changed_elsewhere), {**sent, "choice": choice})

    assert (answer.status_code, answer.url) == (302, address(changed_elsewhere))
    assert words_of(owner) == [stands]
    assert f'data-kept="{sent["client_id"]}"' in mine.get(answer.url).content.decode()


def test_entry_changed_a_third_time_is_shown_again(mine, owner, changed_elsewhere):
    edit_entry(actor=owner, entry_id=changed_elsewhere.pk, title="", html="<p>third</p>", version=2)

    answer = mine.post(address(changed_elsewhere), {"title": "", "body": "written here", "version": 2, "choice": "mine"})

    assert answer.status_code == 409
    assert words_of(owner) == [("", "<p>third</p>")]


def test_entry_added_to_while_changed_elsewhere_never_loses_what_it_was_added_to(mine, owner):
    entry = kept(owner, title="", html=RICH)
    edit_entry(actor=owner, entry_id=entry.pk, title="", html=f"{RICH}<p>there</p>", version=1)

    page = mine.post(address(entry), {"title": "", "body": "added", "version": 1})
    mine.post(address(entry), {"title": "", "body": "added", "version": 2, "adds": "on", "choice": "mine"})
    after_mine = words_of(owner)
    mine.post(address(entry), {"title": "", "body": "added", "version": 2, "adds": "on", "choice": "both"})

    assert [value for value, _label in page.context["choices"]] == ["both", "theirs"]
    assert after_mine == [("", f"{RICH}<p>there</p>")]
    assert words_of(owner) == [("", f"{RICH}<p>there</p><p>added</p>")]


def test_entry_new_sent_again_after_a_change_shows_both(mine, owner):
    sent = {"title": "", "body": "first", "client_id": str(uuid4())}
    mine.post(NEW, sent)
    edit_entry(actor=owner, entry_id=JournalEntry.objects.get().pk, title="", html="<p>later</p>", version=1)

    answer = mine.post(NEW, sent)

    assert answer.status_code == 409
    assert words_of(owner) == [("", "<p>later</p>")]


# --- deleting


def test_entry_delete_asks_first(mine, owner):
    entry = kept(owner)

    assert mine.get(f"{address(entry)}delete/").status_code == 200
    assert JournalEntry.objects.count() == 1


def test_entry_delete_deletes_for_good(mine, owner):
    entry = kept(owner)

    answer = mine.post(f"{address(entry)}delete/")

    assert (answer.status_code, answer.url) == (302, LIST)
    assert JournalEntry.objects.count() == 0
    assert mine.get(address(entry)).status_code == 404


# --- nobody else


@pytest.mark.parametrize("who", [*Part, "coordinates", "outsider"])
@pytest.mark.parametrize("page", ["", "delete/"])
def test_nobody_else_meets_an_entry_whatever_their_part(owner, who, page):
    cohort = make_cohort(members=[owner])
    entry = kept(owner, cohort=cohort)
    other = make_user(coordinates=who == "coordinates")
    if who in list(Part):
        make_membership(cohort=cohort, person=other, part=who)
    client = Client()
    client.force_login(other)

    answers = [client.get(f"{address(entry)}{page}"), client.post(f"{address(entry)}{page}", {"body": "x", "version": 1})]
    absent = client.get(f"/journal/{uuid4()}/{page}")

    assert [answer.status_code for answer in [*answers, absent]] == [404, 404, 404]
    assert re.sub(r"[0-9a-f-]{36}|csrf\S+ \S+|data-bell=\S+", "", answers[0].content.decode()) == re.sub(
        r"[0-9a-f-]{36}|csrf\S+ \S+|data-bell=\S+", "", absent.content.decode()
    )
    assert words_of(owner) == [("A title", "<p>some words</p>")]


@pytest.mark.parametrize("target", [LIST, NEW, f"/journal/{ABSENT}/", f"/journal/{ABSENT}/delete/"])
def test_signed_out_one_is_asked_to_sign_in(target):
    answer = Client().get(target)

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


# --- somebody to turn to


@pytest.mark.parametrize(
    ("country", "zone", "said", "number"),
    [
        ("EE", "Europe/London", "in Estonia", "tel:116123"),
        ("", "Europe/Paris", "in France", "tel:3114"),
        ("", "UTC", "people to call", "/crisis/"),
    ],
)
def test_beside_what_is_written_stand_the_contact_and_the_countrys_numbers(owner, mine, country, zone, said, number):
    type(owner).objects.filter(pk=owner.pk).update(country=country, time_zone=zone)
    cohort = make_cohort(members=[owner])
    make_membership(cohort=cohort, part=Part.AFTERCARE, person=make_user(display_name="Somebody There"))
    entry = kept(owner)

    for page in (LIST, NEW, address(entry), "/journal/maps/new/"):
        text = " ".join(mine.get(page).content.decode().split())
        assert "Nobody monitors what you write here." in text, page
        assert "Somebody There answers within 24 hours." in text, page
        assert (said in text, number in text) == (True, True), page
