from django.db import migrations
from django.db.models import F

from lms import richtext

PIECE = 500


def fill(apps, schema_editor):
    """Gives what was there before what the new columns and tables say of it: plain words, voices, forums of groups, trainers, commons."""
    forum, post, voice = (apps.get_model("forums", name) for name in ("Forum", "Post", "Voice"))
    post.objects.filter(told_at=None).update(told_at=F("posted_at"))
    last = 0
    while piece := list(post.objects.filter(pk__gt=last, plain="").order_by("pk")[:PIECE]):
        for one in piece:
            one.plain = richtext.plain(one.html)
        post.objects.bulk_update(piece, ["plain"])
        last = piece[-1].pk
    reads = apps.get_model("forums", "ThreadRead").objects.filter(spoke_at__isnull=False).values_list("thread_id", "person_id", "spoke_at")
    voices = (voice(thread_id=thread, person_id=person, number=0, spoke_at=at) for thread, person, at in reads.iterator())
    voice.objects.bulk_create(voices, batch_size=PIECE, ignore_conflicts=True)
    for cohort in apps.get_model("courses", "Cohort").objects.all():
        forum.objects.get_or_create(cohort=cohort, kind="trainers", defaults={"title": "Trainers"})
        forum.objects.get_or_create(programme_id=cohort.programme_id, kind="commons", defaults={"title": "Commons"})
        for group in cohort.groups.filter(kind__in=["peer_group", "home_team"]):
            forum.objects.get_or_create(group=group, defaults={"cohort": cohort, "kind": "group", "title": group.title})


class Migration(migrations.Migration):
    dependencies = [("forums", "0002_forum_places")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
