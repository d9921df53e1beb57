"""More filters: everything is filed again when next due, under their codes too."""

from typing import Any

from django.db import migrations, models


def forget(apps: Any, schema_editor: Any) -> None:
    """Empty the index. It owns no facts; the next refresh files every programme."""
    apps.get_model("catalogue", "Entry").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0002_file_again'),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.AddField(
            model_name='entry',
            name='days',
            field=models.PositiveIntegerField(help_text='From the first to the last day of the next dated run.', null=True),
        ),
        migrations.AddField(
            model_name='entry',
            name='has_price_support',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='entry',
            name='hours',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='entry',
            name='is_stackable',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='entry',
            name='national_levels',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='entry',
            name='offering_type',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
        migrations.AddField(
            model_name='entry',
            name='region',
            field=models.CharField(blank=True, default='', help_text='Country and town: DE:Tarnau.', max_length=130),
        ),
        migrations.AddField(
            model_name='entry',
            name='skills',
            field=models.JSONField(default=list, help_text='Skills and all that is broader.'),
        ),
        migrations.AddField(
            model_name='entry',
            name='starts',
            field=models.JSONField(default=list, help_text='Months of all starts to come, such as 2026-09, and any-day.'),
        ),
        migrations.AlterField(
            model_name='mark',
            name='code',
            field=models.CharField(max_length=300),
        ),
    ]
