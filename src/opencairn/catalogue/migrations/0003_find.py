"""More filters: everything is filed again when next due, under their codes too. Shortlists."""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def forget(apps: Any, schema_editor: Any) -> None:
    """Empty the index. It owns no facts; the next refresh files every programme."""
    apps.get_model("catalogue", "Entry").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0002_file_again'),
        ('people', '0001_initial'),
        ('programmes', '0002_describe'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
        migrations.CreateModel(
            name='Shortlist',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=120)),
                ('note', models.TextField(blank=True, default='')),
                ('token', models.CharField(max_length=60, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_on', models.DateField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', related_query_name='shortlist', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Sending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_at', models.DateTimeField()),
                ('shortlist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', related_query_name='sending', to='catalogue.shortlist')),
            ],
        ),
        migrations.CreateModel(
            name='Pick',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(blank=True, default='', max_length=500)),
                ('added_at', models.DateTimeField()),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', related_query_name='pick', to='programmes.programme')),
                ('shortlist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', related_query_name='pick', to='catalogue.shortlist')),
            ],
            options={
                'ordering': ['added_at', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('shortlist', 'programme'), name='pick_once_per_list')],
            },
        ),
    ]
