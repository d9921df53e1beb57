"""An entry says until when it holds, which may be before the next start: everything is filed again when next due."""

from typing import Any

from django.db import migrations, models


def forget(apps: Any, schema_editor: Any) -> None:
    """Empty the index. It owns no facts; the next refresh files every programme."""
    apps.get_model("catalogue", "Entry").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_prices_in_euro")]

    operations = [
        migrations.AddField("entry", "lapses_on", models.DateField(null=True)),
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
