import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from forums.forms.files import DescriptionsForm, DraftForm, PartsForm
from forums.models import PostFile
from tests.files import PDF, SVG, picture


def a_picture(**given) -> PostFile:
    return PostFile(picture=True, name="a.png", **given)


def described(sent, *files) -> DescriptionsForm:
    data = QueryDict(mutable=True)
    data.update(sent)
    return DescriptionsForm(data, files=files)


@pytest.mark.parametrize(("content", "good"), [(picture(), True), (PDF, True), (SVG, False), (b"", False)])
def test_parts_form_takes_pictures_and_documents(content, good):
    assert PartsForm({}, {"file": SimpleUploadedFile("a.png", content)}).is_valid() is good


def test_parts_form_asks_for_nothing_and_names_the_limits():
    form = PartsForm({})

    assert form.is_valid() and form.cleaned_data["file"] is None
    assert "Up to 20 MB each, six with a post" in str(form["file"].help_text)


def test_descriptions_form_asks_about_pictures_only():
    first, second, third = a_picture(alt="One"), a_picture(), PostFile(name="a.pdf")
    form = described({f"alt-{first.pk}": " Two\n", f"alt-{second.pk}": "", f"undescribed-{second.pk}": "on"}, first, second, third)

    assert form.is_valid() and form.alts() == {first.pk: "Two", second.pk: None}
    assert [(one.file, one.alt is None) for one in form.shown] == [(first, False), (second, False), (third, True)]


def test_descriptions_form_prefers_words_to_the_tick():
    file = a_picture()
    form = described({f"alt-{file.pk}": "Two", f"undescribed-{file.pk}": "on"}, file)

    assert form.is_valid() and form.alts() == {file.pk: "Two"}


def test_descriptions_form_leaves_what_was_not_asked_about_as_it_is():
    brought, posted = a_picture(alt="One"), a_picture(post_id=7)
    form = described({}, brought, posted)

    assert form.is_valid() and form.alts() == {brought.pk: "One", posted.pk: None}
    assert form[f"alt-{brought.pk}"].value() == "One"


def test_draft_form_keeps_the_editors_words_cleaned_and_bare_words_as_typed():
    ids = {"client_id": str(uuid.uuid4()), "place": "new:7"}
    bare = DraftForm({**ids, "body": " <b> & ", "body_form": "text"})
    rich = DraftForm({**ids, "body": "<p>x<script>y</script></p>", "body_form": "html", "anonymous": "on"})

    assert bare.is_valid() and rich.is_valid()
    assert (bare.kept()["body"], rich.kept()["body"], rich.kept()["anonymous"], rich.where()) == (" <b> & ", "<p>x</p>", True, ("new", 7))
