from django.db import migrations, models

from opencairn.programmes.feed_rules import uri_of


def fill(apps, schema_editor):
    programmes = apps.get_model("programmes", "Programme").objects
    waiting = []
    for one in programmes.filter(source_id__istartswith="http").only("pk", "source_id").iterator(chunk_size=1000):
        one.source_uri = uri_of(one.source_id)
        waiting.append(one)
        if len(waiting) == 1000:
            programmes.bulk_update(waiting, ["source_uri"])
            waiting.clear()
    programmes.bulk_update(waiting, ["source_uri"])


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0004_workload_range'),
    ]

    operations = [
        migrations.AddField(
            model_name='programme',
            name='source_uri',
            field=models.CharField(blank=True, default='', max_length=500),
        ),
        migrations.AddIndex(
            model_name='programme',
            index=models.Index(fields=['source_uri'], name='programme_source_uri'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
