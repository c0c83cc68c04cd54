import base64
import stat

import pytest
from django.core.management import CommandError, call_command


def test_make_site_key_prints_a_key_of_32_bytes_and_never_the_same(capsys):
    call_command("make_site_key")
    call_command("make_site_key")

    lines = capsys.readouterr().out.split()
    assert [len(base64.urlsafe_b64decode(line)) for line in lines] == [32, 32]
    assert lines[0] != lines[1]


def test_make_site_key_writes_a_file_only_its_owner_reads(tmp_path, capsys):
    file = tmp_path / "site.keys"

    call_command("make_site_key", file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(base64.urlsafe_b64decode(file.read_text().strip())) == 32
    assert file.read_text().strip() not in capsys.readouterr().out


def test_make_site_key_leaves_a_file_that_is_there_alone(tmp_path):
    file = tmp_path / "site.keys"
    file.write_text("old")

    with pytest.raises(CommandError, match="was left alone"):
        call_command("make_site_key", file)

    assert file.read_text() == "old"
