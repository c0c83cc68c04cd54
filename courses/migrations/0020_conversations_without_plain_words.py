from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0019_conversations_sealed'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='conversation',
            name='first_words',
        ),
        migrations.RemoveField(
            model_name='conversation',
            name='second_words',
        ),
    ]
