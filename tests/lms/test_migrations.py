"""R12: the release before this one goes on working on the new tables, until every process of it has been replaced."""

from functools import cache
from typing import Any

import pytest
from django.db import models
from django.db.migrations import AddField, AlterField, AlterModelTable, DeleteModel, Migration, RemoveField, RenameField, RenameModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.special import SeparateDatabaseAndState
from django.db.migrations.state import ModelState, ProjectState

from tests.runner.released import before

RELEASED = before().migrations  # the last of each app; `make released` moves them on
TAKES_AWAY = (RemoveField, RenameField, DeleteModel, RenameModel, AlterModelTable)


def trouble(operation: Operation, app: str, state: ProjectState) -> str:
    """What the release before would stumble over; empty if nothing. `state` is how things are before the operation."""
    if isinstance(operation, SeparateDatabaseAndState):
        return "; ".join(filter(None, (trouble(inside, app, state) for inside in operation.database_operations)))
    name = operation.describe()
    if isinstance(operation, TAKES_AWAY):
        return f"{name}: stop using it in this release, take it away in the next"
    if isinstance(operation, AddField) and demands(operation.field) and not made_here(operation, app):
        return f"{name}: the release before does not fill it; give it db_default or null=True"
    if isinstance(operation, AlterField):
        before = state.models[app, operation.model_name_lower].fields[operation.name]
        return f"{name}: what the release before writes does not fit" if narrower(before, operation.field) else ""
    return ""


def demands(field: Any) -> bool:
    """Whether a row written without it is refused."""
    return not (field.null or field.many_to_many or field.has_db_default())


def made_here(operation: AddField, app: str) -> bool:
    """The release before never writes to a table it does not know."""
    return (app, operation.model_name_lower) not in released().models


@cache
def released() -> ProjectState:
    return loader().project_state(list(RELEASED.items()))


def narrower(before: Any, after: Any) -> bool:
    shorter = before.max_length is not None and after.max_length is not None and after.max_length < before.max_length
    return (before.null and not after.null) or before.get_internal_type() != after.get_internal_type() or shorter


def loader() -> MigrationLoader:
    return MigrationLoader(None)


def newer(known: MigrationLoader) -> list[Migration]:
    """Ours that the last release did not have."""
    plan = [key for leaf in known.graph.leaf_nodes() for key in known.graph.forwards_plan(leaf)]
    had = {key for released in RELEASED.items() for key in known.graph.forwards_plan(released)}
    return [known.graph.nodes[key] for key in dict.fromkeys(plan) if key[0] in RELEASED and key not in had]


def test_migrations_since_the_last_release_suit_the_release_before():
    known = loader()
    found = []
    for migration in newer(known):
        state = known.project_state((migration.app_label, migration.name), at_end=False)
        for operation in migration.operations:
            found += [f"{migration}: {words}"] if (words := trouble(operation, migration.app_label, state)) else []
            operation.state_forwards(migration.app_label, state)

    assert found == []


def test_every_app_of_ours_has_its_last_released_migration_named():
    ours = {app for app, _ in loader().graph.leaf_nodes() if app in RELEASED or app in {"lms", "live", "courses", "forums"}}

    assert ours == set(RELEASED)


@pytest.fixture
def earlier() -> ProjectState:
    state = ProjectState()
    fields = [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=80, null=True))]
    state.add_model(ModelState("live", "Room", fields))
    return state


@pytest.mark.parametrize(
    ("operation", "fits"),
    [
        (RemoveField("room", "name"), False),
        (RenameField("room", "name", "title"), False),
        (DeleteModel("Room"), False),
        (RenameModel("Room", "Place"), False),
        (AlterModelTable("Room", "place"), False),
        (AddField("room", "size", models.IntegerField(default=0)), False),
        (AddField("room", "size", models.IntegerField(db_default=0)), True),
        (AddField("room", "size", models.IntegerField(null=True)), True),
        (AlterField("room", "name", models.CharField(max_length=80)), False),
        (AlterField("room", "name", models.CharField(max_length=40, null=True)), False),
        (AlterField("room", "name", models.CharField(max_length=120, null=True)), True),
        (AlterField("room", "name", models.TextField(null=True)), False),
        (SeparateDatabaseAndState(database_operations=[RemoveField("room", "name")]), False),
        (SeparateDatabaseAndState(state_operations=[RemoveField("room", "name")]), True),
    ],
    ids=lambda value: value.describe() if isinstance(value, Operation) else "",
)
def test_trouble_names_what_the_release_before_would_stumble_over(operation, fits, earlier):
    assert (trouble(operation, "live", earlier) == "") is fits


def test_a_new_table_may_demand_what_it_likes(earlier):
    earlier.add_model(ModelState("live", "Chair", [("id", models.BigAutoField(primary_key=True))]))

    assert trouble(AddField("chair", "place", models.IntegerField()), "live", earlier) == ""
