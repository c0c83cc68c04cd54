from django.db import migrations

from forums.finding.index import drop_index, make_index


def make(apps, schema_editor):
    make_index(schema_editor.connection)


def drop(apps, schema_editor):
    drop_index(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("forums", "0005_looking_after")]
    operations = [migrations.RunPython(make, drop)]
