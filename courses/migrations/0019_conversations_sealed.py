from django.db import migrations, models

from lms import crypto


def seal_sentences(apps, schema_editor):
    """What two people wrote about each other stood here as it was typed; from now on it is sealed (courses.actions.conversations)."""
    for row in apps.get_model("courses", "Conversation").objects.filter(wrapped_key=None).iterator():
        place = f"courses.conversation:{row.pk}:{row.first_id}:{row.second_id}"
        key, inner = crypto.wrap_new_key(row.first_id, place=f"{place}:inner")
        row.wrapped_key = crypto.seal(inner, key=crypto.person_key(row.second_id, make=True), place=f"{place}:outer")
        row.first_sealed = crypto.seal_text(row.first_words, key=key, place=f"{place}:first")
        if row.second_at is not None:
            row.second_sealed = crypto.seal_text(row.second_words, key=key, place=f"{place}:second")
        row.first_words = row.second_words = ""
        row.save(update_fields=["wrapped_key", "first_sealed", "second_sealed", "first_words", "second_words"])


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0018_agreement_and_announcements'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='first_sealed',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='conversation',
            name='second_sealed',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='conversation',
            name='wrapped_key',
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name='conversation',
            name='first_words',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        migrations.AlterField(
            model_name='conversation',
            name='second_words',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        migrations.RunPython(seal_sentences, migrations.RunPython.noop),
    ]
