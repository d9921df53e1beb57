"""The roof as a Django application: what is told to the engine, and looked at, when a site starts."""

from django.apps import AppConfig
from django.conf import settings

from opencairn.engine.canonical import contexts


class Web(AppConfig):
    """The application of pages and settings."""

    name = "opencairn.web"

    def ready(self) -> None:
        """Tell the engine where imported contexts lie; a setting that cannot be stops the start."""
        from opencairn.programmes.actions import check_push  # noqa: PLC0415 - its tables are there only now

        contexts.use_folder(settings.CONTEXTS)
        check_push()
