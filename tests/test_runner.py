"""The runner must not say that all is well when it is not."""

import re
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from live.hub import Doors, Hub
from lms import metrics
from lms.management.commands import run_web
from lms.settings import env
from tests.runner import __main__ as runner
from tests.runner import checks, parts, servers, stack
from tests.runner.parts import Part, Result, plain

ROOT = Path(__file__).resolve().parents[1]

LOCK = "one==1.0 \\\n    --hash=sha256:aa\n    # via two\n"


@contextmanager
def missing():
    raise servers.Missing("There is no Chromium.")
    yield {}


def write_test(folder: Path, body: str) -> Part:
    (folder / "test_small.py").write_text(body)
    return Part("Small", (str(folder), "-c", "/dev/null", "-p", "no:django"), plain)


@pytest.mark.parametrize(
    ("body", "words", "good"),
    [
        ("def test_a(): pass\ndef test_b(): pass", "2 passed", True),
        ("def test_a(): pass\ndef test_b(): assert 0", "1 passed, 1 failed", False),
        ("import nothing_of_this_name", "0 passed, 1 failed", False),
        ("x = 1", "no test found", False),
    ],
)
def test_run_counts_what_pytest_did(tmp_path, body, words, good):
    result = parts.run(write_test(tmp_path, body))

    assert (result.words, result.is_good(must_run=True)) == (words, good)


WRITES_BYTECODE = """
import sys
def test_a(): assert (sys.dont_write_bytecode, bool(sys.pycache_prefix)) == (False, {elsewhere})
"""


@pytest.mark.parametrize(("told", "elsewhere"), [("1", True), ("", False)])
def test_run_compiles_code_once_and_beside_it_only_where_it_may(tmp_path, monkeypatch, told, elsewhere):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", told)
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)

    assert parts.run(write_test(tmp_path, WRITES_BYTECODE.format(elsewhere=elsewhere))).words == "1 passed"


AT_A_SECOND_TRY = """
from pathlib import Path
def test_steady(): pass
def test_slow():
    been = Path(__file__).with_name("been")
    first = not been.exists()
    been.touch()
    assert not first
"""


def test_what_passes_only_at_a_second_try_counts_and_is_named(tmp_path):
    result = parts.run(write_test(tmp_path, AT_A_SECOND_TRY))

    assert (result.words, result.is_good(must_run=True)) == ("2 passed, 1 of them only at a second try", True)
    assert runner.table([result], 1.0)[-1].endswith("::test_slow")


def test_more_than_a_few_are_not_tried_again(tmp_path, capsys):
    result = parts.run(write_test(tmp_path, AT_A_SECOND_TRY + "".join(f"def test_{n}(): assert 0\n" for n in range(3))))

    assert (result.failed, result.second_try, result.is_good(must_run=False)) == (4, (), False)
    assert "Once more" not in capsys.readouterr().out


def test_run_leaves_a_part_out_that_lacks_something_and_says_what():
    result = parts.run(Part("Browser", (), missing))

    assert (result.words, result.left_out) == ("left out", "There is no Chromium.")


@pytest.mark.parametrize(
    ("result", "must_run", "good"),
    [
        ({"code": 0}, True, True),
        ({"code": 1}, False, False),
        ({"code": 5}, False, True),
        ({"code": 5}, True, False),
        ({"code": -15}, False, False),
        ({"left_out": "There is no Redis."}, False, True),
        ({"left_out": "There is no Redis."}, True, False),
    ],
)
def test_result_is_good(result, must_run, good):
    assert Result(Part("Suite", (), plain), **result).is_good(must_run=must_run) is good


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_main_fails_for_a_part_left_out_in_ci_alone(monkeypatch, capsys, ci, code):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(runner.signal, "signal", lambda *_: None)
    monkeypatch.setitem(parts.PARTS, "browser", Part("Browser", (), missing))

    assert runner.main(["browser"]) == code
    assert capsys.readouterr().out.splitlines()[-1] == "Tests: 0 passed, 0 failed"


@pytest.mark.parametrize(
    ("lock", "loose"),
    [
        (LOCK, []),
        (LOCK + "three>=2.0 \\\n    --hash=sha256:bb\n", ["three>=2.0"]),
        (LOCK + "three==2.0\n", ["three==2.0"]),
        ("# by pip-compile\n" + LOCK, []),
    ],
)
def test_without_hash_names_what_is_not_pinned(lock, loose):
    assert checks.without_hash(lock) == loose


def services() -> dict[str, Any]:
    described: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return described


def test_stack_starts_every_process_the_compose_file_describes():
    always = {name for name, service in services().items() if "profiles" not in service}
    ours = {name for name in always if "build" in services()[name]}

    assert (ours, always - ours) == ({"migrate", *stack.SITE}, {"proxy", "db", "keys-db", "redis"})


def test_compose_keeps_keys_apart_from_words():
    words, keys = services()["db"], services()["keys-db"]

    assert [words["volumes"], keys["volumes"]] == [["words:/var/lib/postgresql/data"], ["keys:/var/lib/postgresql/data"]]
    assert set(words["secrets"]) & set(keys["secrets"]) == set()


@pytest.mark.parametrize("name", services())
def test_compose_lets_no_container_write_to_its_files_or_gain_rights(name):
    service = services()[name]

    assert (service["read_only"], service["cap_drop"], service["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    assert service.get("user", "site" if "build" in service else "root") != "root"
    assert [word for word in service.get("volumes", []) if word.startswith("/")] == []


def test_compose_asks_every_service_that_goes_on_whether_it_is_well():
    asked = {name for name, service in services().items() if "healthcheck" in service}

    assert asked == {"proxy", "web", "live", "worker", "scheduler", "db", "keys-db", "redis"}
    assert {services()[name]["healthcheck"]["test"][-1] for name in ("worker", "scheduler")} == {"alive"}
    assert services()["worker"]["environment"]["ALIVE_FILE"].startswith("/tmp/")  # the one place a container may write to


def test_compose_lets_every_container_hold_the_sockets_of_a_conference():
    assert {name for name, service in services().items() if service["ulimits"]["nofile"] != {"soft": 65536, "hard": 65536}} == set()
    assert run_web.FILES == 65536


@pytest.mark.parametrize("name", ["db", "keys-db"])
def test_compose_databases_take_all_connections_even_while_a_release_is_replaced(name):
    """Each process may hold a whole pool, and an update runs twice as many of one service."""
    pool = env.database("postgresql://nobody@localhost/none")["OPTIONS"]["pool"]["max_size"]
    processes = sum(stack.how_many(services()[service]) for service in ("web", "live", "worker", "scheduler", "migrate"))
    (most,) = (int(word.removeprefix("max_connections=")) for word in services()[name]["command"] if word.startswith("max_connections="))

    assert pool * (processes + stack.how_many(services()["web"])) <= most


def test_the_command_that_archives_keeps_what_the_compose_file_says():
    (override,) = re.findall(r"```yaml\n(.*?archive_mode.*?)```", section(4), re.DOTALL)

    assert set(services()["db"]["command"]) <= set(yaml.safe_load(override)["services"]["db"]["command"])


FAKE_DOCKER = """#!/bin/sh
case "$*" in
    "compose ps -q "*) printf 'old-1\nold-2\n' ;;
    *--wait*) echo "$*" >> done; exit {well} ;;
    *) echo "$*" >> done ;;
esac
"""


@pytest.mark.parametrize(("well", "replaced"), [(0, ["web", "live"]), (1, [])])
def test_an_update_takes_the_old_away_only_once_the_new_are_well(tmp_path, well, replaced):
    """The loop of docs/operate.md. What is only stopped Compose would start again, and take away the new instead."""
    (loop,) = re.findall(r"^for service in web live; do\n.*?^done$", section(3), re.DOTALL | re.MULTILINE)
    (tmp_path / "docker").write_text(FAKE_DOCKER.format(well=well))
    (tmp_path / "docker").chmod(0o755)

    subprocess.run(["sh", "-c", loop], cwd=tmp_path, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=True)

    more = [f"compose up -d --wait --no-deps --no-recreate --scale {service}=4 {service}" for service in replaced or ["web"]]
    gone = ["stop old-1", "rm old-1", "stop old-2", "rm old-2"] if replaced else []
    assert (tmp_path / "done").read_text().splitlines() == [line for one in more for line in (one, *gone)]


def test_an_alert_tells_that_nobody_is_left_to_be_asked():
    """Processes are found by their names, and one that has stopped has none: no `up` of theirs says 0."""
    rules = [rule for group in yaml.safe_load((ROOT / "docs/alerts.yml").read_text())["groups"] for rule in group["rules"]]

    assert set(re.findall(r'absent\(up\{job="(\w+)"\}\)', " ".join(rule["expr"] for rule in rules))) == {"web", "live"}


def test_image_does_not_run_as_root():
    assert [line for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("USER")] == ["USER site"]


def test_image_is_read_by_whoever_the_site_runs_as_however_closed_the_clone_was():
    """COPY keeps the modes of the folder it copies from; under umask 077 nobody but root would read a line of it."""
    copied = (ROOT / "Dockerfile").read_text().split("COPY . .\n")[1]

    assert re.findall(r"^(?:RUN|USER) [^\\\n]+", copied, re.MULTILINE)[0].strip() == "RUN chmod -R u=rwX,go=rX ."


def test_what_the_proxy_is_given_from_the_folder_is_opened_to_it_before_the_first_start():
    """Its container is not root and has no copy of its own: a clone made under umask 077 would be closed to it."""
    mounted = {source for source, _, _ in (word.split(":") for word in services()["proxy"]["volumes"] if word.startswith("./"))}

    (opened,) = re.findall(r"^chmod -R go=rX (\S+)$", section(1), re.MULTILINE)
    assert {source for source in mounted if not source.startswith(f"./{opened}")} == set()


def test_image_takes_nothing_along_that_git_does_not_keep():
    """What is kept out of the history, keys and words above all, is kept out of an image too."""
    kept_out = {line.strip("/") for line in (ROOT / ".dockerignore").read_text().splitlines()}

    assert {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()} - {"*.pyc", "__pycache__"} <= kept_out
    assert {"**/*.pyc", "**/__pycache__", ".git", "tests"} <= kept_out


def test_image_installs_only_what_has_a_hash_and_names_the_system_it_stands_on():
    """Another Debian has other packages under other names; the client programs are those of the server."""
    lines = (ROOT / "Dockerfile").read_text()

    assert re.findall(r"^FROM (\S+)", lines, re.MULTILINE) == ["python:3.13-slim-trixie"] * 2
    installs = re.findall(r"pip install ([^\\\n]+) \\\n", lines)
    assert installs == [
        "--no-cache-dir --require-hashes -r /tmp/requirements-build.txt",
        "--no-cache-dir --no-build-isolation --require-hashes -r /tmp/requirements.txt",  # else pip fetches what it builds sources with
    ]
    assert re.search(r"postgresql-client-(\d+)", lines)[1] == services()["db"]["image"].removeprefix("postgres:")  # type: ignore[index]


def test_every_number_that_is_written_about_is_counted():
    """docs/operate.md and the rules for alerts name numbers; a name that nobody counts would be silent for ever."""
    hub = Hub(cast(Doors, None))
    metrics.show("lms_rooms_open", "", hub.count_rooms)
    metrics.show("lms_sockets_open", "", hub.count_sockets)
    counted = set(re.findall(r"^# TYPE (\w+)", metrics.page().decode(), re.MULTILINE))
    named = set(re.findall(r"\b(?:lms|process)_[a-z_]+", (ROOT / "docs/alerts.yml").read_text()))
    named |= set(re.findall(r"^\| `(\w+)", section(6), re.MULTILINE)) | {"lms_sockets_open", "lms_rooms_open"}

    assert {name.removesuffix("_bucket") for name in named} - {"lms_keys"} - counted == set()
    assert {rule["alert"] for group in yaml.safe_load((ROOT / "docs/alerts.yml").read_text())["groups"] for rule in group["rules"]}


def section(number: int) -> str:
    found = re.search(rf"^## {number}\. .*?(?=^## |\Z)", (ROOT / "docs/operate.md").read_text(), re.DOTALL | re.MULTILINE)
    assert found
    return found[0]


def test_compose_gives_the_proxy_every_name_its_template_asks_for():
    asked = set(re.findall(r"\$\{([A-Z_]+)\}", (ROOT / "lms/run/proxy/nginx.conf.template").read_text()))

    assert asked | {"NGINX_ENVSUBST_OUTPUT_DIR"} == set(services()["proxy"]["environment"])


def test_env_example_names_only_what_the_compose_file_reads():
    names = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert names <= set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))


def test_here_puts_our_folder_in_place_of_the_containers():
    ours = stack.Stack(Path("/here"), 1, "", {})

    assert ours.here("cp -R /srv/var/static/. /srv/static/") == "cp -R /here/var/static/. /here/static/"
    assert ours.here("/run/secrets/tls_key") == "/here/secrets/tls_key"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("${A:-b}", "b"), ("${A:-}", ""), ("${B:-b}", "given"), ("${B:?Set B}", "given"), ("${B}", "given"), ("$${A}", "$${A}")],
)
def test_filled_reads_variables_as_compose_does(text, expected):
    assert stack.filled(text, {"B": "given"}) == expected


WINDOWLESS = {"chromium", "chromium-headless-shell"}


@pytest.mark.parametrize(
    ("named", "there", "path"),
    [("", WINDOWLESS, "/bin/chromium-headless-shell"), ("", {"chromium"}, "/bin/chromium"), ("/opt/mine", WINDOWLESS, "/opt/mine")],
)
def test_windowless_is_the_program_without_windows_unless_another_is_named(monkeypatch, named, there, path):
    monkeypatch.setenv("CHROMIUM", named)
    monkeypatch.setattr(servers.shutil, "which", lambda name: f"/bin/{name}" if name in there else None)

    assert servers.windowless() == path


@pytest.mark.parametrize(("named", "installed"), [("", ["chromium-headless-shell"]), ("/opt/mine", [])])
def test_install_windowless_leaves_a_machine_alone_where_another_is_named(monkeypatch, named, installed):
    asked = []
    monkeypatch.setenv("CHROMIUM", named)
    monkeypatch.setattr(servers.shutil, "which", lambda name: None)
    monkeypatch.setattr(servers, "install", lambda *packages: asked.extend(packages))

    servers.install_windowless()

    assert asked == installed
