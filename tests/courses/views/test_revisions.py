"""The pages of earlier versions."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.html import strip_tags

from courses.actions.journals import edit_entry, keep_entry, read_entry
from courses.actions.revisions import keep_revision
from courses.models import JournalEntry, JournalRevision
from lms import crypto

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    client.get("/journal/")  # the first request of a sign-in writes it down as well
    return client


@pytest.fixture
def entry(owner):
    return keep_entry(actor=owner, client_id=uuid4(), title="Windows", html="<p>The room with <em>two</em> windows.</p>")


def write(entry, html, title="Windows"):
    entry.refresh_from_db()
    return edit_entry(actor=entry.author, entry_id=entry.pk, title=title, html=html, version=entry.version)


def address(entry, version="", end=""):
    return f"/journal/{entry.pk}/versions/{version}{end}"


def words(page, tag):
    """The text of all these elements, on one line each."""
    found = re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", page.content.decode(), re.DOTALL)
    return [" ".join(strip_tags(part).split()) for part in found]


# --- which there are


def test_entry_leads_to_its_earlier_versions(mine, entry):
    assert f'href="{address(entry)}"' in mine.get(f"/journal/{entry.pk}/").content.decode()


def test_revisions_lists_versions_newest_first_with_their_first_words(mine, entry):
    write(entry, "<p>Second words</p>", title="")
    keep_revision(actor=entry.author, entry=JournalEntry.objects.get())

    page = mine.get(address(entry))

    assert [(line.revision.version, line.title, line.first_words) for line in page.context["lines"]] == [
        (2, "", "Second words"),
        (1, "Windows", "The room with two windows."),
    ]
    assert page.content.decode().count("These words still stand.") == 1


def test_revisions_pages_by_twenty(mine, entry):
    for number in range(45):
        keep_revision(actor=entry.author, entry=write(entry, f"<p>{number}</p>"))
    # And the first, which the first change kept.
    versions, before = [], ""
    for _ in range(3):
        page = mine.get(address(entry), {"before": before} if before else {})
        versions.append([line.revision.version for line in page.context["lines"]])
        before = page.context["older"]

    assert versions == [list(range(46, 26, -1)), list(range(26, 6, -1)), list(range(6, 0, -1))]
    assert before is None


@pytest.mark.parametrize("before", ["x", "0", "99999999999999999999"])
def test_revisions_with_an_unknown_page_begins_at_the_newest(mine, entry, before):
    keep_revision(actor=entry.author, entry=entry)

    assert len(mine.get(address(entry), {"before": before}).context["lines"]) == 1


def test_revisions_asks_as_many_questions_for_twenty_versions_as_for_one(mine, entry, django_assert_max_num_queries):
    counts = []
    for more in (1, 30):
        for number in range(more):
            keep_revision(actor=entry.author, entry=write(entry, f"<p>{more} {number}</p>"))
        with django_assert_max_num_queries(12) as captured:
            mine.get(address(entry))
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_revisions_says_that_there_is_none_yet(mine, entry):
    assert "There is no earlier version" in mine.get(address(entry)).content.decode()


def test_revisions_are_nobody_elses(client, outsider, entry):
    write(entry, "<p>two</p>")
    client.force_login(outsider)

    for end in ("", "1/"):
        assert client.get(address(entry, end)).status_code == 404
    assert client.post(address(entry, "1/", "restore/")).status_code == 404
    assert JournalEntry.objects.get().version == 2


# --- what has changed


def test_revision_marks_the_words_that_differ_on_both_sides(mine, entry, django_assert_max_num_queries):
    write(entry, "<p>The room with three windows.</p>", title="Three windows")

    with django_assert_max_num_queries(12):
        page = mine.get(address(entry, "1/"))

    assert [heading[:16] for heading in words(page, "h2") if heading.startswith("As it")] == ["As it stood on 2", "As it stands now"]
    assert words(page, "del") == ["gone since: Windows (until here)", "gone since: two (until here)"]
    assert words(page, "ins") == ["new: Three windows (until here)", "new: three (until here)"]
    assert "Since then 2 words have gone and 3 have come." in " ".join(page.content.decode().split())


def test_revision_never_makes_markup_of_words(mine, owner):
    nasty = "<p>&lt;img src=x onerror=alert(1)&gt; &lt;/del&gt; same</p>"
    entry = keep_entry(actor=owner, client_id=uuid4(), title="<b>old</b>", html=nasty)
    write(entry, "<p>&lt;script&gt; same</p>", title="<i>new</i>")

    page = mine.get(address(entry, "1/")).content.decode()

    for markup in ("<img src=x", "<b>old", "<i>new", "<script>"):
        assert markup not in page
    assert page.count("<del>") == page.count("</del>") == 2
    assert "&lt;img src=x onerror=alert(1)&gt; &lt;/del&gt;" in page


@pytest.mark.parametrize(
    ("html", "sentence", "can_go_back"),
    [
        ("<p>The room with <em>two</em> windows.</p>", "Nothing: these words still stand.", False),
        ("<p>The room with two windows.</p>", "The words are the same; only how they are set has changed.", True),
        ("<p>The room with two windows. Light.</p>", "Since then 0 words have gone and 1 has come.", True),
    ],
)
def test_revision_says_in_a_sentence_what_has_changed(mine, entry, html, sentence, can_go_back):
    keep_revision(actor=entry.author, entry=entry)
    write(entry, html)

    page = mine.get(address(entry, "1/"))

    assert sentence in " ".join(page.content.decode().split())
    assert (address(entry, "1/", "restore/") in page.content.decode()) is can_go_back


@pytest.mark.parametrize("version", ["2/", "99999999999999999999999999/"])
def test_revision_that_is_not_there_is_404(mine, entry, version):
    write(entry, "<p>two</p>")

    assert mine.get(address(entry, version)).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_revision_that_does_not_open_says_so(mine, entry, method):
    write(entry, "<p>two</p>")
    crypto.destroy_person_key(entry.author_id)

    page = getattr(mine, method)(address(entry, "1/", "restore/" if method == "post" else ""))

    assert page.status_code == 500
    assert "This entry cannot be opened" in page.content.decode()


# --- the way back


def test_revision_restore_goes_back_and_keeps_what_stood(mine, owner, entry):
    write(entry, "<p>two</p>")

    answer = mine.post(address(entry, "1/", "restore/"), follow=True)

    assert answer.redirect_chain == [(f"/journal/{entry.pk}/", 302)]
    assert "These words stand again." in answer.content.decode()
    assert read_entry(actor=owner, entry=JournalEntry.objects.get()).html == "<p>The room with <em>two</em> windows.</p>"
    assert list(JournalRevision.objects.values_list("version", flat=True)) == [2, 1]


def test_revision_restore_needs_a_post(mine, entry):
    write(entry, "<p>two</p>")

    assert mine.get(address(entry, "1/", "restore/")).status_code == 405
