"""The roof as a Django application: what has to be told to the engine when a site starts."""

from django.apps import AppConfig
from django.conf import settings

from opencairn.engine.canonical import contexts


class Web(AppConfig):
    """The application of pages and settings."""

    name = "opencairn.web"

    def ready(self) -> None:
        """Tell the engine where imported contexts lie."""
        contexts.use_folder(settings.CONTEXTS)
