"""manage.py load_course PATH"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.actions.programmes import load_programme
from courses.course_files import CourseMistakes, read_course


class Command(BaseCommand):
    help = "Loads a course from a folder of Markdown files (docs/course-format.md). Running it again is harmless."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the course's folder")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        if not path.is_dir():
            raise CommandError(f"There is no folder {path}.")
        try:
            course = read_course(path)
        except CourseMistakes as error:
            raise CommandError(f"Nothing was loaded. Please mend:\n{error}") from error
        programme = load_programme(course=course)
        activities = sum(len(module.activities) for module in course.modules)
        self.stdout.write(f"{programme.title}: {len(course.modules)} modules, {activities} activities.")
