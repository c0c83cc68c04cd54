"""Choosing what is shared with whom."""

import datetime
import re
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.actions.journals import edit_entry
from courses.actions.shares import read_share
from courses.models import SharedVersion
from lms.permissions import Part
from tests.courses.factories import FIRST, HTML, SECOND, THIRD, TITLE, make_entry
from tests.courses.views.shares.pages import page
from tests.factories import make_cohort, make_membership

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def sending(entry, *readers, **overrides):
    fields = {"what": "whole", "readers": [person.pk for person in readers], "manner": "reflect", "version": entry.version}
    return {**fields, "client_id": uuid4(), **overrides}


def test_share_new_names_peers_and_trainers_and_nobody_is_chosen(mine, owner, cohort, teammate, trainer):
    for part in (Part.COORDINATOR, Part.INTERPRETER, Part.AFTERCARE, Part.TRAINEE):
        make_membership(cohort=cohort, part=part)

    form = mine.get(f"/journal/{make_entry(owner).pk}/share/").context["form"]

    assert dict(form.fields["readers"].choices) == {teammate.pk: "Teammate", trainer.pk: "Trainer A (Trainer)"}
    assert (form["readers"].value(), form["what"].value(), form["manner"].value()) == (None, None, None)
    assert [text for _number, text in form.fields["paragraphs"].choices] == [FIRST, SECOND, THIRD]


def test_share_new_of_who_belongs_nowhere_says_so(mine, owner):
    answer = mine.get(f"/journal/{make_entry(owner).pk}/share/")

    assert "There is nobody here you could share with" in page(answer)


def test_share_new_is_in_the_cohort_asked_for_else_in_that_of_the_entry(mine, owner, cohort):
    other = make_cohort(members=[owner])
    entry = make_entry(owner, cohort=cohort)

    assert mine.get(f"/journal/{entry.pk}/share/").context["cohort"] == cohort
    assert mine.get(f"/journal/{entry.pk}/share/?cohort={other.slug}").context["cohort"] == other
    assert mine.get(f"/journal/{entry.pk}/share/?cohort={make_cohort().slug}").context["cohort"] == cohort


def test_share_new_shows_exactly_what_they_will_see_before_anything_is_shared(mine, owner, teammate, cohort, trainer):
    entry = make_entry(owner)
    data = sending(entry, teammate, trainer, what="passage", paragraphs=["1"], ends_on=str(timezone.localdate()))

    answer = mine.post(f"/journal/{entry.pk}/share/", {**data, "preview": "1"})

    assert (answer.context["shown"].title, answer.context["shown"].html) == ("", "<p><em>My</em> shoulders came down.</p>")
    assert answer.context["names"] == ["Teammate", "Trainer A"]
    assert "<em>My</em> shoulders" in page(answer)
    assert FIRST not in page(answer)
    assert SharedVersion.objects.count() == 0
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page(answer))
    sent: dict[str, list[str]] = {}
    for name, value in hidden:
        sent.setdefault(name, []).append(value)

    assert mine.post(f"/journal/{entry.pk}/share/", sent)["Location"] == f"/journal/{entry.pk}/"
    share = SharedVersion.objects.get()
    assert read_share(actor=teammate, share=share) == answer.context["shown"]
    assert {reader.person for reader in share.readers.all()} == {teammate, trainer}
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    assert share.ends_at == timezone.make_aware(datetime.datetime.combine(tomorrow, datetime.time.min))


@pytest.mark.parametrize(
    ("changes", "html", "title"),
    [
        ({}, HTML, TITLE),
        ({"what": "passage", "paragraphs": ["2", "0"]}, f"<p>{FIRST}</p><p>{THIRD}</p>", ""),
        ({"what": "passage", "words": "frightened.\n\nMy shoulders", "with_title": "on"}, "<p>frightened.</p><p>My shoulders</p>", TITLE),
    ],
)
def test_share_new_shares_what_was_chosen(mine, owner, teammate, cohort, changes, html, title):
    entry = make_entry(owner)

    mine.post(f"/journal/{entry.pk}/share/", sending(entry, teammate, **changes))

    words = read_share(actor=teammate, share=SharedVersion.objects.get())
    assert (words.html, words.title) == (html, title)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"what": ""}, "what"),
        ({"what": "passage"}, "paragraphs"),
        ({"what": "passage", "paragraphs": ["7"]}, "paragraphs"),
        ({"what": "passage", "words": "from elsewhere"}, "words"),
        ({"what": "passage", "words": "frightened", "paragraphs": ["0"]}, "words"),
        ({"readers": []}, "readers"),
        ({"readers": ["999999999"]}, "readers"),
        ({"manner": "grade"}, "manner"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"version": "2"}, "version"),
    ],
)
@pytest.mark.parametrize("preview", [{}, {"preview": "1"}])
def test_share_new_keeps_the_form_and_shares_nothing_if_something_is_wrong(mine, owner, teammate, cohort, changes, field, preview):
    entry = make_entry(owner)

    answer = mine.post(f"/journal/{entry.pk}/share/", {**sending(entry, teammate), **changes, **preview})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert SharedVersion.objects.count() == 0


def test_share_new_after_an_edit_elsewhere_asks_to_look_once_more_and_then_shares(mine, owner, teammate, cohort):
    entry = make_entry(owner)
    data = sending(entry, teammate)
    edit_entry(actor=owner, entry_id=entry.pk, title=TITLE, html="<p>Other words</p>", version=1)

    answer = mine.post(f"/journal/{entry.pk}/share/", data)

    assert (answer.status_code, answer.context["form"]["version"].value()) == (422, "2")
    mine.post(f"/journal/{entry.pk}/share/", {**data, "version": "2"})
    assert read_share(actor=teammate, share=SharedVersion.objects.get()).html == "<p>Other words</p>"


def test_share_new_to_change_something_comes_back_with_what_was_chosen(mine, owner, teammate, cohort):
    entry = make_entry(owner)

    answer = mine.post(f"/journal/{entry.pk}/share/", sending(entry, teammate, change="1"))

    assert (answer.status_code, answer.context["form"]["readers"].value()) == (200, [str(teammate.pk)])
    assert SharedVersion.objects.count() == 0
