import stat

import pytest
from django.core.management import CommandError, call_command

from lms.notifications import pushing


def test_make_push_key_writes_a_key_that_browsers_take(tmp_path, settings, capsys):
    settings.PUSH_KEY_FILE = tmp_path / "push_key"

    call_command("make_push_key", settings.PUSH_KEY_FILE)

    assert len(pushing.public_key()) == 87
    assert stat.S_IMODE(settings.PUSH_KEY_FILE.stat().st_mode) == 0o600
    assert settings.PUSH_KEY_FILE.read_text().strip() not in capsys.readouterr().out


def test_make_push_key_leaves_one_that_is_there_alone(tmp_path):
    file = tmp_path / "push_key"
    file.write_text("what was there")

    with pytest.raises(CommandError, match="is there already"):
        call_command("make_push_key", file)

    assert file.read_text() == "what was there"
    assert [path.name for path in tmp_path.iterdir()] == ["push_key"]


def test_make_push_key_says_what_is_in_the_way(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="could not be written"):
        call_command("make_push_key", tmp_path / "file" / "push_key")
