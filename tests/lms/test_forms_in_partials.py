"""A form in a partial that is included with `only` has no proof of where it comes from unless it is handed over: then every press of its
button is refused, and the test client, which asks for no proof, notices nothing."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
INCLUDED = re.compile(r'{%\s*include\s+"([^"]+)"((?:(?!%}).)*)%}', re.DOTALL)


def forms_without_proof(text: str) -> list[str]:
    alone = [(name, given) for name, given in INCLUDED.findall(text) if re.search(r"\bonly\b", given)]
    return [name for name, given in alone if "csrf_token=" not in given and "{% csrf_token %}" in (TEMPLATES / name).read_text()]


def test_forms_in_partials_have_their_proof():
    found = {str(path.relative_to(TEMPLATES)): forms_without_proof(path.read_text()) for path in TEMPLATES.rglob("*.html")}

    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(("given", "wrong"), [("with form=form only", 1), ("with csrf_token=csrf_token form=form only", 0), ("", 0)])
def test_the_rule_finds_what_it_is_for(given, wrong):
    assert len(forms_without_proof(f'{{% include "courses/partials/proposing.html" {given} %}}')) == wrong
