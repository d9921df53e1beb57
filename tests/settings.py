"""The site's own settings, made quick and quiet for tests: nothing here changes what the code decides."""

import os
import tempfile

os.environ["OPENCAIRN_VAR"] = tempfile.mkdtemp(prefix="opencairn-test-")
os.environ["OPENCAIRN_CONFORMANCE"] = "1"  # so that the house tests walk through that door too
os.environ.setdefault("OPENCAIRN_SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("OPENCAIRN_WRAPPING_KEY", "only-for-tests-" + "y" * 40)

from opencairn.web.settings import *  # noqa: F403
from opencairn.web.settings import DATABASES, STATIC_ROOT, STORAGES

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where it is missing

if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # a name of its own: two runs may share one server
    DATABASES["default"]["TEST"] = {"NAME": f"opencairn_test_{os.getpid()}"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
API_REQUESTS_PER_MINUTE = 100_000  # all tests ask from one address
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
