import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from lms.audit.guard import drop_guard, make_guard


def make(apps, schema_editor):
    make_guard(schema_editor.connection)


def drop(apps, schema_editor):
    drop_guard(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Record",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("actor", models.BigIntegerField(null=True)),
                ("what", models.CharField(max_length=24)),
                ("about", models.CharField(max_length=80)),
                ("person", models.BigIntegerField(null=True)),
                ("detail", models.CharField(blank=True, max_length=60)),
            ],
            options={"ordering": ["pk"], "indexes": [models.Index(fields=["person", "at"], name="audit_of_person")]},
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("hash", models.CharField(max_length=64)),
                (
                    "record",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="link", to="audit.record"),
                ),
            ],
            options={"ordering": ["number"]},
        ),
        migrations.RunPython(make, drop),
    ]
