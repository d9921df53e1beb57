"""Prices stand in bands by what they come to in euro: everything is filed again when next due."""

from typing import Any

from django.db import migrations


def forget(apps: Any, schema_editor: Any) -> None:
    """Empty the index. It owns no facts; the next refresh files every programme."""
    apps.get_model("catalogue", "Entry").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_find")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
