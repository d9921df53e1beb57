"""The WSGI door: ``opencairn serve`` runs this under granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opencairn.web.settings")
application = get_wsgi_application()
