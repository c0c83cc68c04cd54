from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from courses.actions.programmes import load_programme
from courses.course_files import read_course
from courses.models import Activity, Handout, Module, Programme
from tests.courses.test_course_files import MODULE, PROGRAMME, TALK

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    course = tmp_path / "small"
    (course / "1-first/handouts").mkdir(parents=True)
    (course / "programme.md").write_text(PROGRAMME)
    (course / "1-first/module.md").write_text(MODULE)
    (course / "1-first/01-talk.md").write_text(TALK.replace("summary:", "handouts: [{file: page.md, title: Page}]\nsummary:"))
    (course / "1-first/handouts/page.md").write_text("# Page\n\nSome *words*.\n")
    return course


def snapshot() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Programme, Module, Activity, Handout)]


def test_load_programme_stores_texts_and_handouts(folder):
    load_programme(course=read_course(folder))

    activity = Activity.objects.get()
    assert (activity.title, activity.type, activity.minutes, activity.html) == ("Talk", "live", 60, "<p>How it goes.</p>\n")
    assert [(handout.slug, handout.html) for handout in activity.handouts.all()] == [("page", "<p>Some <em>words</em>.</p>\n")]


def test_load_programme_twice_changes_nothing(folder):
    load_programme(course=read_course(folder))
    before = snapshot()

    load_programme(course=read_course(folder))

    assert snapshot() == before


def test_load_programme_keeps_an_activity_whose_text_changed(folder):
    load_programme(course=read_course(folder))
    pk = Activity.objects.get().pk
    path = folder / "1-first/01-talk.md"
    path.write_text(path.read_text().replace("How it goes.", "How it goes **now**."))

    load_programme(course=read_course(folder))

    assert list(Activity.objects.values_list("pk", "html")) == [(pk, "<p>How it goes <strong>now</strong>.</p>\n")]


def test_load_programme_retires_what_left_the_folder(folder):
    (folder / "1-first/02-more.md").write_text(TALK.replace("Talk", "More"))
    load_programme(course=read_course(folder))
    (folder / "1-first/02-more.md").unlink()

    load_programme(course=read_course(folder))

    assert list(Activity.objects.current().values_list("slug", flat=True)) == ["talk"]
    assert Activity.objects.count() == 2


def test_load_course_loads_nothing_when_anything_is_wrong(folder):
    (folder / "1-first/02-more.md").write_text(TALK.replace("minutes: 60", "minutes: none"))

    with pytest.raises(CommandError) as refused:
        call_command("load_course", str(folder))

    assert f"{folder}/1-first/02-more.md:4: `minutes`" in str(refused.value)
    assert Programme.objects.count() == 0


def test_load_course_refuses_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("load_course", str(tmp_path / "nowhere"))
