"""Bringing the database to what a course's folder says."""

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from courses.actions.years import year_changed
from courses.course_files import Course, ModuleText, Text
from courses.models import Activity, Cohort, Handout, Module, Programme
from courses.signals import programme_loaded
from lms import richtext

PARKED = 1000  # numbers are unique: rows step aside while others take their place


@transaction.atomic
def load_programme(*, course: Course) -> Programme:
    """Stores a checked course. Idempotent; all or nothing. Activities that left the folder are retired, not deleted."""
    head = course.programme
    programme, _ = Programme.objects.update_or_create(
        slug=course.slug,
        defaults={
            "title": head.values["title"],
            "summary": head.values["summary"],
            "language": head.values["language"],
            "html": richtext.from_course(head.body),
            "agreement": course.agreement,
        },
    )
    for number, module in enumerate(programme.modules.order_by("number"), start=PARKED):
        Module.objects.filter(pk=module.pk).update(number=number)
    for module_text in course.modules:
        _load_module(programme, module_text)
    year_changed(Cohort.objects.filter(programme=programme))
    programme_loaded.send(Programme, programme=programme)
    return programme


def _load_module(programme: Programme, source: ModuleText) -> None:
    values = source.text.values
    module, _ = Module.objects.update_or_create(
        programme=programme,
        slug=source.text.slug,
        defaults={
            "number": source.number,
            "title": values["title"],
            "short": values["short"],
            "summary": values["summary"],
            "html": richtext.from_course(source.text.body),
            "days": values["days"],
            "begins_after": values["begins_after"],
            "opens_before": values["opens_before"],
        },
    )
    for position, text in enumerate(source.activities, start=1):
        _load_activity(module, position, text)
    gone = module.activities.current().exclude(slug__in=[text.slug for text in source.activities])
    gone.update(retired_at=timezone.now())


def _load_activity(module: Module, position: int, text: Text) -> None:
    values = text.values
    film = values["film"]
    folder = text.path.parent
    activity, _ = Activity.objects.update_or_create(
        module=module,
        slug=text.slug,
        defaults={
            "position": position,
            "type": values["type"],
            "form": values["form"],
            "title": values["title"],
            "summary": values["summary"],
            "minutes": values["minutes"],
            "html": richtext.from_course(text.body),
            "prompt": values["prompt"],
            "thread_title": values["thread"],
            "write_first": values["write_first"],
            "completes": values["completes"],
            "experiential": values["experiential"],
            "closing": values["closing"],
            "principles": values["principles"],
            "before": values["before"],
            "reading_list": values["reading_list"],
            "sources": values["sources"],
            "film": _kept_file(folder / film["file"], "films") if film.get("file") else "",
            "captions": _kept_file(folder / film["captions"], "films") if film.get("captions") else "",
            "transcript_html": richtext.from_course((folder / film["transcript"]).read_text()) if film.get("transcript") else "",
            "retired_at": None,
        },
    )
    for number, handout in enumerate(values["handouts"], start=1):
        _load_handout(activity, number, handout["title"], folder / "handouts" / handout["file"])
    activity.handouts.exclude(slug__in=[slugify(Path(handout["file"]).stem) for handout in values["handouts"]]).delete()


def _load_handout(activity: Activity, position: int, title: str, path: Path) -> None:
    is_page = path.suffix == ".md"
    Handout.objects.update_or_create(
        activity=activity,
        slug=slugify(path.stem),
        defaults={
            "position": position,
            "title": title,
            "html": richtext.from_course(_without_title(path.read_text())) if is_page else "",
            "file": "" if is_page else _kept_file(path, "handouts"),
        },
    )


def _without_title(markdown: str) -> str:
    """The page shows the handout's title itself."""
    first, _, rest = markdown.lstrip().partition("\n")
    return rest if first.startswith("# ") else markdown


def _kept_file(path: Path, kind: str) -> str:
    """The file's name in the storage; written only if what is there differs."""
    content = path.read_bytes()
    name = f"{kind}/{path.parent.parent.name}-{path.name}"
    if default_storage.exists(name):
        with default_storage.open(name) as kept:
            if kept.read() == content:
                return name
        default_storage.delete(name)
    return default_storage.save(name, ContentFile(content))
