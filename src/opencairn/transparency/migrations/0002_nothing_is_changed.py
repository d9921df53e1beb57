"""The database itself refuses to change or delete what was appended. It guards against mistakes, not against its owner."""

from django.db import migrations

TABLES = ("transparency_entry", "transparency_node", "transparency_treehead")
WORDS = "the log is only ever appended to"


def guard(apps, schema_editor, changes=("update", "delete")):
    """Make the triggers: SQLite has one for each kind of change, PostgreSQL one function for all."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION transparency_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in TABLES:
        for change in changes:
            name = f"{table}_no_{change}"
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW "
                    "EXECUTE FUNCTION transparency_refuse()"
                )
            else:
                schema_editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
                )


def unguard(apps, schema_editor, changes=("update", "delete")):
    """Drop the triggers."""
    for table in TABLES:
        for change in changes:
            where = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER {table}_no_{change}{where}")


class Migration(migrations.Migration):
    dependencies = [("transparency", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
