from pathlib import Path

import pytest

from courses.course_files import CourseMistakes, read_course

FOUNDATION = Path(__file__).resolve().parents[2] / "courses/content/foundation"

PROGRAMME = "---\ntitle: A course\nsummary: Short\nlanguage: en\n---\nAbout it.\n"
MODULE = """---
title: First
short: First
summary: The first block
days:
  - sittings:
      - {title: One, activities: [talk]}
      - {title: Two, activities: []}
      - {title: Three, activities: []}
      - {title: Four, activities: []}
      - {title: Five, activities: []}
---
Words.
"""
BEFORE = "before: {asked: a, personal: b, size: c, watching: d, opt_out: e}\n"
TALK = f"---\ntitle: Talk\ntype: live\nminutes: 60\nsummary: We talk\n{BEFORE}---\nHow it goes.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    course = tmp_path / "small"
    (course / "1-first").mkdir(parents=True)
    (course / "programme.md").write_text(PROGRAMME)
    (course / "1-first/module.md").write_text(MODULE)
    (course / "1-first/01-talk.md").write_text(TALK)
    return course


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(CourseMistakes) as caught:
        read_course(folder)
    return [str(mistake).removeprefix(f"{folder}/") for mistake in caught.value.mistakes]


def test_read_course_takes_a_small_course(folder):
    course = read_course(folder)

    assert course.slug == "small"
    assert [(module.number, module.text.slug, [activity.slug for activity in module.activities]) for module in course.modules] == [
        (1, "first", ["talk"])
    ]
    assert course.modules[0].activities[0].values["minutes"] == 60


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (("minutes: 60", "minutes: soon"), "1-first/01-talk.md:4: `minutes`: whole minutes from 5 to 240 are wanted here."),
        (("minutes: 60", "minutes: 500"), "1-first/01-talk.md:4: `minutes`: whole minutes from 5 to 240 are wanted here."),
        (("summary: We talk\n", ""), "1-first/01-talk.md:1: `summary` is missing."),
        (("minutes: 60", "minuets: 60\nminutes: 60"), "1-first/01-talk.md:4: `minuets` is not a key of this kind of file."),
        (("minutes: 60", "minutes: 60\nminutes: 60"), "1-first/01-talk.md:5: `minutes` stands here twice."),
        (
            ("type: live", "type: lecture"),
            "1-first/01-talk.md:3: `type`: 'lecture' is not one of reading, video, exercise, journal, forum, live, map.",
        ),
        ((BEFORE, ""), "1-first/01-talk.md:3: What asks people to bring themselves has a `before` card."),
        (
            (BEFORE, BEFORE + "completes: post\n"),
            "1-first/01-talk.md:7: A live activity cannot become done by `post`: nothing of the kind happens in it.",
        ),
        (
            (BEFORE, BEFORE + "completes: marks\n"),
            "1-first/01-talk.md:7: `completes`: 'marks' is not one of hand, entry, post, present, meeting.",
        ),
        (("How it goes.", "How\n\n<script>x</script>"), "1-first/01-talk.md:10: Raw HTML is not taken; please write it in Markdown."),
        (("How it goes.\n", ""), "1-first/01-talk.md:8: There is no text below the front matter."),
        (("title: Talk", "title: Talk: more"), "1-first/01-talk.md:2: This is not YAML: mapping values are not allowed here."),
        (
            (BEFORE, BEFORE + "handouts: [{file: gone.md, title: Gone}]\n"),
            "1-first/01-talk.md:7: `handouts`: there is no file handouts/gone.md.",
        ),
        (
            (BEFORE, BEFORE + "reading_list: [{title: A, url: javascript:1}]\n"),
            "1-first/01-talk.md:7: `reading_list`: javascript:1 is not a web address.",
        ),
    ],
)
def test_read_course_names_file_and_line_of_a_mistake(folder, change, mistake):
    (folder / "1-first/01-talk.md").write_text(TALK.replace(*change))

    assert mistake in mistakes(folder)


def test_read_course_refuses_a_day_that_names_an_unknown_activity(folder):
    (folder / "1-first/module.md").write_text(MODULE.replace("[talk]", "[walk]"))

    assert mistakes(folder) == ["1-first/module.md:5: `days`: day 1 names `walk`, which is no activity of this module."]


def test_read_course_refuses_a_day_of_four_sittings(folder):
    (folder / "1-first/module.md").write_text(MODULE.replace("      - {title: Five, activities: []}\n", ""))

    assert mistakes(folder) == ["1-first/module.md:5: `days`: day 1 has 4 sittings; a day has 5."]


def test_read_course_reports_every_mistake_at_once(folder):
    (folder / "programme.md").unlink()
    (folder / "1-first/01-talk.md").write_text(TALK.replace("minutes: 60", "minutes: 1"))

    assert mistakes(folder) == [
        "programme.md:1: This file is missing.",
        "1-first/01-talk.md:4: `minutes`: whole minutes from 5 to 240 are wanted here.",
    ]


def test_read_course_refuses_two_activities_of_one_address(folder):
    (folder / "1-first/02-talk.md").write_text(TALK)

    assert mistakes(folder) == ["1-first/02-talk.md:1: Its address `talk` is already that of 01-talk.md."]


def test_the_foundation_course_holds_what_its_syllabus_promises():
    course = read_course(FOUNDATION)

    assert [len(module.text.values["days"]) for module in course.modules] == [3, 2, 3, 2, 3, 2, 3, 2]
    readings = [one for module in course.modules for one in module.activities if one.values["type"] == "reading"]
    lengths = {one.slug: len(one.body.split()) for one in readings}
    assert {slug: words for slug, words in lengths.items() if not 500 <= words <= 1200} == {}
    journals = [one for module in course.modules for one in module.activities if one.values["type"] == "journal"]
    assert len(journals) == 8
    forums = [one for module in course.modules for one in module.activities if one.values["type"] == "forum"]
    assert len(forums) == 8
