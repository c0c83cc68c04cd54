"""Headings to begin an entry with: chosen, never imposed."""

import html as entities
import re

import pytest
from django.test import Client

from courses.actions.journals import read_entry
from courses.models import JournalEntry
from courses.scaffolds import SCAFFOLDS, scaffold_named
from lms import richtext
from tests.factories import make_activity, make_block, make_cohort, make_membership

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

NEW = "/journal/new/"


@pytest.fixture
def mine(owner):
    client = Client()
    client.force_login(owner)
    return client


def textarea(answer):
    return entities.unescape(re.search(r"<textarea[^>]*name=\"body\"[^>]*>\n?(.*?)</textarea>", answer.content.decode(), re.DOTALL)[1])


def test_scaffolds_are_the_five_of_the_course():
    assert [(scaffold.slug, len(scaffold.headings)) for scaffold in SCAFFOLDS] == [
        ("kolb", 4),
        ("gibbs", 6),
        ("schon", 4),
        ("driscoll", 3),
        ("johns", 6),
    ]


@pytest.mark.parametrize("scaffold", SCAFFOLDS, ids=lambda scaffold: scaffold.slug)
def test_scaffold_headings_are_questions_and_come_through_cleaning_as_they_are(scaffold):
    assert [str(heading) for heading in scaffold.headings if not str(heading).endswith("?")] == []
    assert richtext.from_editor(scaffold.html, "entry") == scaffold.html
    assert re.findall(r"<h2>(.*?)</h2>", scaffold.html) == [str(heading) for heading in scaffold.headings]


@pytest.mark.parametrize(("slug", "found"), [("gibbs", SCAFFOLDS[1]), ("nobody", None), ("", None)])
def test_scaffold_named_finds_by_slug(slug, found):
    assert scaffold_named(slug) is found


def test_entry_new_is_a_blank_page_that_offers_them(mine):
    answer = mine.get(NEW)

    assert textarea(answer) == ""
    assert re.findall(r'<a href="\?scaffold=(\w+)"', answer.content.decode()) == [scaffold.slug for scaffold in SCAFFOLDS]


@pytest.mark.parametrize("scaffold", SCAFFOLDS, ids=lambda scaffold: scaffold.slug)
def test_entry_new_with_a_scaffold_begins_with_its_headings(mine, scaffold):
    answer = mine.get(NEW, {"scaffold": scaffold.slug})

    assert [line for line in textarea(answer).split("\n") if line] == [str(heading) for heading in scaffold.headings]
    assert f"<template data-words-html>{scaffold.html}</template>" in answer.content.decode()


@pytest.mark.parametrize("slug", ["nobody", "", "gibbs' or 1=1"])
def test_entry_new_with_an_unknown_scaffold_is_a_blank_page(mine, slug):
    answer = mine.get(NEW, {"scaffold": slug})

    assert (answer.status_code, textarea(answer)) == (200, "")


def test_entry_new_keeps_what_is_left_of_the_headings(mine, owner):
    mine.post(f"{NEW}?scaffold=driscoll", {"body": "What? What happened, and who was there?\n\nA door closed."})

    words = read_entry(actor=owner, entry=JournalEntry.objects.get())
    assert words.html == "<p>What? What happened, and who was there?</p><p>A door closed.</p>"


def test_entry_new_offers_headings_for_the_same_prompt(mine, owner):
    cohort = make_cohort(members=[])
    make_membership(cohort=cohort, person=owner)
    activity = make_activity(module=make_block(cohort=cohort).module, type="journal", prompt="What did you hold back?")

    page = mine.get(NEW, {"activity": activity.pk, "cohort": cohort.slug}).content.decode()

    assert f"?activity={activity.pk}&amp;cohort={cohort.slug}&amp;scaffold=gibbs" in page


def test_entry_offers_no_headings_where_words_stand_already(mine, owner):
    mine.post(NEW, {"body": "words"})

    page = mine.get(f"/journal/{JournalEntry.objects.get().pk}/?scaffold=gibbs").content.decode()

    assert "data-scaffold" not in page
