"""Reads a course's folder into plain data, and says of every mistake in which file and line it stands.

The format is described in docs/course-format.md. Nothing here knows the database.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from courses.agreement_text import passages_of
from courses.models import Activity
from courses.models.agreements import Covers

PRINCIPLES = {"immediate-help", "social-network", "flexibility", "responsibility", "continuity", "uncertainty", "dialogue"}
BEFORE = ["asked", "personal", "size", "watching", "opt_out"]
HANDOUT_ENDINGS = {".md", ".pdf", ".png", ".jpg"}
SITTINGS_A_DAY = 5
_NAME = re.compile(r"^(?:\d+-)?([a-z0-9]+(?:-[a-z0-9]+)*)$")


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong, for whoever writes the course."""

    path: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


class CourseMistakes(Exception):
    """The folder can not be loaded. Holds every mistake found, not only the first."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


@dataclass
class Text:
    """One Markdown file: its front matter, the line of each key, and the words below."""

    path: Path
    slug: str
    values: dict[str, Any]
    lines: dict[str, int]
    body: str
    body_line: int


@dataclass
class ModuleText:
    """A module's own text and its activities in order."""

    text: Text
    number: int
    activities: list[Text] = field(default_factory=list)


@dataclass
class Course:
    """A whole programme, checked and ready to be stored."""

    slug: str
    programme: Text
    modules: list[ModuleText]
    agreement: list[dict[str, Any]] = field(default_factory=list)  # the first text of a cohort's agreement


def read_course(folder: Path) -> Course:
    """The course in this folder. Raises CourseMistakes with all that is wrong."""
    mistakes: list[Mistake] = []
    programme = _read(folder / "programme.md", PROGRAMME, mistakes)
    if programme:
        programme.slug = _slug(folder, mistakes)
    modules = []
    folders = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    for number, inside in enumerate(sorted(folders, key=_leading_number), start=1):
        if module := _read_module(inside, number, mistakes):
            modules.append(module)
    agreement = _read_agreement(folder / "agreement.md", mistakes)
    if not modules and not mistakes:
        mistakes.append(Mistake(folder, 1, "There is no module here: a folder with a module.md in it."))
    if mistakes or programme is None:
        raise CourseMistakes(mistakes)
    return Course(slug=programme.slug, programme=programme, modules=modules, agreement=agreement)


# --- files ----------------------------------------------------------------------------------------------------------


def _read_module(folder: Path, number: int, mistakes: list[Mistake]) -> ModuleText | None:
    text = _read(folder / "module.md", MODULE, mistakes)
    activities = [_read(path, ACTIVITY, mistakes) for path in sorted(folder.glob("*.md")) if path.name != "module.md"]
    found = [activity for activity in activities if activity]
    for activity in found:
        _check_activity(activity, mistakes)
    if text is None:
        return None
    text.slug = _slug(folder, mistakes)
    _check_unique(found, mistakes)
    _check_days(text, {activity.slug for activity in found}, mistakes)
    return ModuleText(text=text, number=number, activities=found)


def _read_agreement(path: Path, mistakes: list[Mistake]) -> list[dict[str, Any]]:
    """A programme need not have one: then a cohort's agreement begins as an empty page."""
    text = _read(path, AGREEMENT, mistakes) if path.exists() else None
    if text is None:
        return []
    passages, faults = passages_of(text.body, text.values.get("covers", {}), text.body_line)
    mistakes += [Mistake(path, line, sentence) for line, sentence in faults]
    return passages


def _read(path: Path, schema: dict[str, Check], mistakes: list[Mistake]) -> Text | None:
    if not path.exists():
        mistakes.append(Mistake(path, 1, "This file is missing."))
        return None
    try:
        raw = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        mistakes.append(Mistake(path, 1, "This file is not UTF-8 text."))
        return None
    parts = re.match(r"\A---\n(.*?)^---[ \t]*\n(.*)\Z", raw, re.DOTALL | re.MULTILINE)
    if not parts:
        sentence = "The file begins with front matter between two lines of ---; here there is none, or it does not end."
        mistakes.append(Mistake(path, 1, sentence))
        return None
    body_line = raw[: parts.start(2)].count("\n") + 1
    values, lines = _front_matter(path, parts[1], schema, mistakes)
    if not parts[2].strip():
        mistakes.append(Mistake(path, body_line, "There is no text below the front matter."))
    if html := re.search(r"^[ ]{0,3}<(?!https?:|mailto:)[a-zA-Z/!]", parts[2], re.MULTILINE):
        line = body_line + parts[2][: html.start()].count("\n")
        mistakes.append(Mistake(path, line, "Raw HTML is not taken; please write it in Markdown."))
    return Text(path=path, slug=_slug(path, mistakes), values=values, lines=lines, body=parts[2], body_line=body_line)


def _front_matter(path: Path, raw: str, schema: dict[str, Check], mistakes: list[Mistake]) -> tuple[dict[str, Any], dict[str, int]]:
    try:
        node = yaml.compose(raw, Loader=yaml.SafeLoader)
        values = yaml.safe_load(raw)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        mistakes.append(Mistake(path, (mark.line if mark else 0) + 2, f"This is not YAML: {error.problem}."))
        return {}, {}
    except (yaml.YAMLError, ValueError) as error:
        mistakes.append(Mistake(path, 2, f"This is not YAML: {error}."))
        return {}, {}
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        mistakes.append(Mistake(path, 2, "Front matter is a list of `key: value`."))
        return {}, {}
    lines: dict[str, int] = {}
    for key_node, _value in node.value:
        line = key_node.start_mark.line + 2  # the first line is ---
        if key_node.value in lines:
            mistakes.append(Mistake(path, line, f"`{key_node.value}` stands here twice."))
        lines[str(key_node.value)] = line
    return _checked(path, values, lines, schema, mistakes), lines


def _checked(
    path: Path, values: dict[Any, Any], lines: dict[str, int], schema: dict[str, Check], mistakes: list[Mistake]
) -> dict[str, Any]:
    unknown = [key for key in values if key not in schema]
    mistakes += [Mistake(path, lines.get(str(key), 2), f"`{key}` is not a key of this kind of file.") for key in unknown]
    result: dict[str, Any] = {}
    for key, check in schema.items():
        if key not in values:
            if check.required:
                mistakes.append(Mistake(path, 1, f"`{key}` is missing."))
            else:
                result[key] = check.default()
            continue
        try:
            result[key] = check.read(values[key])
        except ValueError as error:
            mistakes.append(Mistake(path, lines.get(key, 2), f"`{key}`: {error}"))
    return result


def _slug(path: Path, mistakes: list[Mistake]) -> str:
    match = _NAME.match(path.stem if path.suffix == ".md" else path.name)
    if not match:
        mistakes.append(Mistake(path, 1, "Names are small letters, digits and hyphens, with a leading number if you like."))
        return ""
    return match[1]


def _leading_number(folder: Path) -> tuple[int, str]:
    match = re.match(r"(\d+)-", folder.name)
    return (int(match[1]) if match else 10_000, folder.name)


# --- what belongs together ------------------------------------------------------------------------------------------


def _check_unique(activities: list[Text], mistakes: list[Mistake]) -> None:
    seen: dict[str, Path] = {}
    for activity in activities:
        if activity.slug in seen:
            mistakes.append(Mistake(activity.path, 1, f"Its address `{activity.slug}` is already that of {seen[activity.slug].name}."))
        seen[activity.slug] = activity.path


def _check_days(module: Text, slugs: set[str], mistakes: list[Mistake]) -> None:
    line = module.lines.get("days", 1)
    for number, day in enumerate(module.values.get("days", []), start=1):
        if len(day) != SITTINGS_A_DAY:
            mistakes.append(Mistake(module.path, line, f"`days`: day {number} has {len(day)} sittings; a day has {SITTINGS_A_DAY}."))
        unknown = [slug for sitting in day for slug in sitting["activities"] if slug not in slugs]
        names = [f"`days`: day {number} names `{slug}`, which is no activity of this module." for slug in unknown]
        mistakes += [Mistake(module.path, line, sentence) for sentence in names]


def _check_activity(activity: Text, mistakes: list[Mistake]) -> None:
    values, lines = activity.values, activity.lines
    kind = values.get("type")

    def wrong(key: str, sentence: str) -> None:
        mistakes.append(Mistake(activity.path, lines.get(key, lines.get("type", 1)), sentence))

    if kind == "exercise" and not values.get("form"):
        wrong("form", "An exercise says its `form`: triad, role-play, peer-group or supervision.")
    if kind != "exercise" and values.get("form"):
        wrong("form", "Only an exercise has a `form`.")
    if kind in {"journal", "forum"} and not values.get("prompt"):
        wrong("prompt", f"A {kind} activity has a `prompt`.")
    if kind == "forum" and not values.get("thread"):
        wrong("thread", "A forum activity names its `thread`.")
    if kind != "forum" and values.get("thread"):
        wrong("thread", "Only a forum activity has a `thread`.")
    if kind != "forum" and values.get("write_first"):
        wrong("write_first", "Only a forum activity asks to `write_first`.")
    if kind != "video" and values.get("film"):
        wrong("film", "Only a video activity has a `film`.")
    if kind == "forum" and values.get("experiential"):
        wrong("experiential", "A thread is read by everybody of its forum: what is experiential cannot be one.")
    if kind == "reading" and not values.get("sources"):
        wrong("sources", "A reading names its `sources`.")
    needs = {"entry": {"journal", "map"}, "post": {"forum"}, "present": {"live", "exercise"}}
    way = values.get("completes")
    if way in needs and kind not in needs[way] and not (way == "entry" and values.get("prompt")):
        wrong("completes", f"A {kind} activity cannot become done by `{way}`: nothing of the kind happens in it.")
    if kind in {"live", "exercise", "map"} and not values.get("before"):
        wrong("before", "What asks people to bring themselves has a `before` card.")
    for handout in values.get("handouts", []):
        path = activity.path.parent / "handouts" / handout["file"]
        if path.suffix not in HANDOUT_ENDINGS:
            wrong("handouts", f"`handouts`: {handout['file']} is not one of {', '.join(sorted(HANDOUT_ENDINGS))}.")
        elif not path.is_file():
            wrong("handouts", f"`handouts`: there is no file handouts/{handout['file']}.")
    for file in (values.get("film") or {}).values():
        if not (activity.path.parent / file).is_file():
            wrong("film", f"`film`: there is no file {file}.")


# --- values ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """How one key is read: `read` returns the value or raises ValueError with a sentence."""

    read: Callable[[Any], Any]
    required: bool = True
    default: Callable[[], Any] = str


def _text(longest: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise ValueError("a text is wanted here (put it in quotation marks if it has a colon in it).")
        words = " ".join(value.split())
        if len(words) > longest:
            raise ValueError(f"{len(words)} characters; at most {longest} fit.")
        return words

    return read


def _one_of(*choices: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"{value!r} is not one of {', '.join(choices)}.")
        return str(value)

    return read


def _minutes(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 5 <= value <= 240:
        raise ValueError("whole minutes from 5 to 240 are wanted here.")
    return value


def _days_of(longest: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= longest:
            raise ValueError(f"whole days from 0 to {longest} are wanted here.")
        return value

    return read


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is wanted here.")
    return value


def _principles(value: Any) -> list[str]:
    if not isinstance(value, list) or not set(map(str, value)) <= PRINCIPLES:
        raise ValueError(f"a list of some of {', '.join(sorted(PRINCIPLES))}.")
    return [str(name) for name in value]


def _record(required: dict[str, int], optional: dict[str, int] | None = None) -> Callable[[Any], dict[str, str]]:
    def read(value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise ValueError(f"`{'`, `'.join(required)}` are wanted here.")
        known = required | (optional or {})
        if unknown := set(value) - set(known):
            raise ValueError(f"`{unknown.pop()}` is not known here.")
        if missing := [key for key in required if key not in value]:
            raise ValueError(f"`{missing[0]}` is missing.")
        record = {key: _text(known[key])(value[key]) for key in known if key in value}
        if "url" in record and not re.match(r"^https?://[^\s]+$", record["url"]):
            raise ValueError(f"{record['url']} is not a web address.")
        return record

    return read


def _list_of(read_one: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    def read(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValueError("a list is wanted here.")
        return [read_one(one) for one in value]

    return read


def _sitting(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != {"title", "activities"} or not isinstance(value["activities"], list):
        raise ValueError("each sitting has a `title` and a list of `activities`.")
    return {"title": _text(160)(value["title"]), "activities": [str(slug) for slug in value["activities"]]}


def _day(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, dict) or set(value) != {"sittings"} or not isinstance(value["sittings"], list):
        raise ValueError("each day has `sittings`, a list.")
    return [_sitting(one) for one in value["sittings"]]


PROGRAMME = {"title": Check(_text(120)), "summary": Check(_text(300)), "language": Check(_one_of("en"))}

AGREEMENT = {"covers": Check(_record(dict.fromkeys(Covers.values, 120)))}

MODULE = {
    "title": Check(_text(120)),
    "short": Check(_text(14)),
    "summary": Check(_text(300)),
    "days": Check(_list_of(_day)),
    "begins_after": Check(_days_of(1000), required=False, default=lambda: None),
    "opens_before": Check(_days_of(365), required=False, default=lambda: 14),
}

ACTIVITY = {
    "title": Check(_text(160)),
    "type": Check(_one_of(*Activity.Type.values)),
    "form": Check(_one_of(*Activity.Form.values), required=False),
    "minutes": Check(_minutes),
    "summary": Check(_text(200)),
    "principles": Check(_principles, required=False, default=list),
    "completes": Check(_one_of(*Activity.Completes.values), required=False),
    "experiential": Check(_yes_no, required=False, default=bool),
    "closing": Check(_yes_no, required=False, default=bool),
    "prompt": Check(_text(400), required=False),
    "thread": Check(_text(160), required=False),
    "write_first": Check(_yes_no, required=False, default=bool),
    "before": Check(_record(dict.fromkeys(BEFORE, 400)), required=False, default=dict),
    "film": Check(_record({"file": 120}, {"captions": 120, "transcript": 120}), required=False, default=dict),
    "reading_list": Check(_list_of(_record({"title": 300, "url": 500}, {"note": 300})), required=False, default=list),
    "sources": Check(_list_of(_record({"title": 300, "url": 500})), required=False, default=list),
    "handouts": Check(_list_of(_record({"file": 120, "title": 160})), required=False, default=list),
}
