"""How a file is called: a name that can be shown and written down anywhere, and promises nothing that the file is not."""

import re
import unicodedata

from django.utils.translation import gettext as _

from lms.files.kinds import Kind

LONGEST = 120  # characters, ending included

# Separators of paths, what no system takes in a name, and letters nobody sees: controls, marks of direction, zero width, halves of pairs.
_NEVER = re.compile(r'[/\\:*?"<>|]')
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def display_name(name: str, kind: Kind) -> str:
    """The name to show and to give out: of the file alone, NFC, on one line, with an ending that says what it is."""
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(" " if unicodedata.category(letter) in _UNSEEN else letter for letter in unicodedata.normalize("NFC", last))
    words = " ".join(_NEVER.sub(" ", seen).split())
    stem = _without_ending(words, kind).strip(" .") or _("file")
    ending = f".{_ending(words, kind)}"
    return stem[: LONGEST - len(ending)].rstrip(" .") + ending


def _ending(name: str, kind: Kind) -> str:
    """The file's own, if it is true."""
    own = name.rpartition(".")[2].lower()
    return own if own in kind.endings else kind.endings[0]


def _without_ending(name: str, kind: Kind) -> str:
    """Without the ending that it has, if that looks like one: letters and figures, at most five."""
    stem, dot, ending = name.rpartition(".")
    looks_like_one = ending.lower() in kind.endings or re.fullmatch("[A-Za-z][A-Za-z0-9]{0,4}", ending)
    return stem if dot and looks_like_one else name
