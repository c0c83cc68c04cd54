"""Write static/css/site.css, the one stylesheet that pages link, from its sources.

The place of a source is its cascade layer: reset.css, tokens.css, base.css and layout.css give theirs
the name, components/ and pages/ hold one file per component and page.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

CSS = Path(__file__).resolve().parents[3] / "static" / "css"
LAYERS = ("reset", "tokens", "base", "layout", "components", "pages")
HEAD = "/* Written by manage.py build_css from the files beside it. Change those, not this. */\n"


def sources(layer: str) -> list[Path]:
    """The files of a layer, in the order of their names."""
    single = CSS / f"{layer}.css"
    return [single] if single.exists() else sorted((CSS / layer).glob("*.css"))


def stylesheet() -> str:
    """All sources as one text, each in its layer."""
    parts = [HEAD, f"@layer {', '.join(LAYERS)};\n"]
    for layer in LAYERS:
        rules = "\n".join(path.read_text("utf-8").strip() for path in sources(layer))
        parts.append(f"\n@layer {layer} {{\n{rules}\n}}\n")
    return "".join(parts)


class Command(BaseCommand):
    help = "Join the stylesheet sources into static/css/site.css."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if site.css is stale")

    def handle(self, *args: object, **options: object) -> None:
        target, text = CSS / "site.css", stylesheet()
        if not options["check"]:
            target.write_text(text, "utf-8")
        elif not target.exists() or target.read_text("utf-8") != text:
            raise CommandError("static/css/site.css is stale: run manage.py build_css.")
