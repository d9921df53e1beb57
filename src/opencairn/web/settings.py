"""Every setting of the site. Each key is explained in docs/reference/settings.md; secrets come from files or the
environment, never from this file.
"""

import sys
from pathlib import Path

import pysqlite3

# The system's SQLite may be older than 3.51.3, which mends a WAL corruption bug: the wheel's own is used instead.
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

from opencairn.web import environment as env  # noqa: E402 - the database driver has to be in place first

HERE = Path(__file__).resolve().parent
VAR = env.folder("OPENCAIRN_VAR", "var")

DEBUG = env.switch("OPENCAIRN_DEBUG")
PORT = env.number("OPENCAIRN_PORT", 8000)
BASE_URL = env.words("OPENCAIRN_BASE_URL", f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.listing("OPENCAIRN_ALLOWED_HOSTS", *env.hosts_of(BASE_URL))
CSRF_TRUSTED_ORIGINS = [BASE_URL]
OPERATOR_NAME = env.words("OPENCAIRN_OPERATOR_NAME", "OpenCairn Demonstration")
SECRET_KEY = env.secret("OPENCAIRN_SECRET_KEY", VAR / "keys" / "web-secret")
WRAPPING_KEY = env.secret("OPENCAIRN_WRAPPING_KEY", VAR / "keys" / "wrapping-key")
TRUSTED_PROXIES = env.number("OPENCAIRN_TRUSTED_PROXIES", 0)
VERIFICATIONS_PER_MINUTE = env.number("OPENCAIRN_VERIFICATIONS_PER_MINUTE", 30)
CONTEXTS = env.contexts()
SEAL_ANCHORS = env.certificates("OPENCAIRN_SEAL_ANCHORS")
CONFORMANCE = env.switch("OPENCAIRN_CONFORMANCE")
FRAMEWORKS_FOLDER = env.frameworks()
GATES = env.listing("OPENCAIRN_GATES")
PUBLISHING_GATES = ("opencairn.quality.queries.must_be_open_to_publish",)  # asked by the earlier room that publishes
PROFILES_FOLDER = env.profiles()
CATALOGUE_PROFILES = env.listing("OPENCAIRN_CATALOGUE_PROFILES", "eu-annex-i")
SHORTAGES = env.words("OPENCAIRN_SHORTAGES", "")
SKILL_MODEL = env.words("OPENCAIRN_SKILL_MODEL", "")
API_REQUESTS_PER_MINUTE = env.number("OPENCAIRN_API_REQUESTS_PER_MINUTE", 120)
DATA_LICENCE = env.words("OPENCAIRN_DATA_LICENCE", "")
PUSH_URL = env.words("OPENCAIRN_PUSH_URL", "")
PUSH_FORMAT = env.words("OPENCAIRN_PUSH_FORMAT", "bell")
PUSH_TOKEN = env.words("OPENCAIRN_PUSH_TOKEN", "")
LARGEST_UPLOAD = 4 * 1024 * 1024

DATABASES = {"default": env.database("DATABASE_URL", VAR / "opencairn.sqlite3")}
# A server of databases may serve several web machines, which can share no folder: there the index stands with the rows.
_engines = ("bitmaps", "sql") if "sqlite" in DATABASES["default"]["ENGINE"] else ("sql", "bitmaps")
SEARCH = env.one_of("OPENCAIRN_SEARCH", *_engines)
INDEX_ROOT = VAR / "index"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "opencairn.web",
    "opencairn.wallet",
    "opencairn.credentials",
    "opencairn.learning",
    "opencairn.catalogue",
    "opencairn.quality",
    "opencairn.programmes",
    "opencairn.skills",
    "opencairn.transparency",
    "opencairn.people",
    "opencairn.jobs",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "opencairn.web.headers.SafeHeaders",
    "opencairn.web.door.OpenDoor",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "opencairn.web.errors.ErrorsToPages",
]

ROOT_URLCONF = "opencairn.web.urls"
WSGI_APPLICATION = "opencairn.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "opencairn.web.layout.layout",
            ],
            "builtins": ["opencairn.web.templatetags.words"],
        },
    }
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")]
LOCALE_PATHS = [HERE / "locale"]
FORMAT_MODULE_PATH = "opencairn.web.formats"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = LARGEST_UPLOAD
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_UPLOAD

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/me/"
CSRF_FAILURE_VIEW = "opencairn.web.errors.csrf_failure"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # and the name, by the form below
ACCOUNT_SIGNUP_FORM_CLASS = "opencairn.people.forms.SignUpForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "OpenCairn: "
ACCOUNT_MAX_EMAIL_ADDRESSES = 10
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # the password once more before e-mails or the password change
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_DEFAULT_HTTP_PROTOCOL = BASE_URL.split(":", 1)[0]
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
ACCOUNT_FORMS = {
    "login": "opencairn.people.account_forms.SignIn",
    "signup": "opencairn.people.account_forms.SignUp",
    "add_email": "opencairn.people.account_forms.AddEmail",
    "change_password": "opencairn.people.account_forms.ChangePassword",
    "set_password": "opencairn.people.account_forms.SetPassword",
    "reset_password": "opencairn.people.account_forms.ForgottenPassword",
    "reset_password_from_key": "opencairn.people.account_forms.NewPassword",
    "request_login_code": "opencairn.people.account_forms.RequestCode",
    "confirm_login_code": "opencairn.people.account_forms.ConfirmCode",
    "reauthenticate": "opencairn.people.account_forms.Again",
}
MFA_FORMS = {
    "add_webauthn": "opencairn.people.passkeys.PasskeyForm",
    "edit_webauthn": "opencairn.people.passkeys.RenameForm",
    "authenticate": "opencairn.people.account_forms.SecondStep",
    "reauthenticate": "opencairn.people.account_forms.SecondStepAgain",
    "activate_totp": "opencairn.people.account_forms.TurnOn",
}
MFA_TOTP_ISSUER = "OpenCairn"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BASE_URL.startswith("http://localhost")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if BASE_URL.startswith("https://") else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"

EMAIL_BACKEND, EMAIL_FILE_PATH, _smtp = env.mail("OPENCAIRN_SMTP_URL", VAR / "mail")
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL = _smtp
EMAIL_TIMEOUT = 10  # seconds: a page that sends mail does not hang on a server that does not answer
DEFAULT_FROM_EMAIL = env.words("OPENCAIRN_MAIL_FROM", "OpenCairn <no-reply@localhost>")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"one line": {"()": "opencairn.web.errors.OneLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["one line"]}},
    "root": {"handlers": ["stderr"], "level": env.words("OPENCAIRN_LOG_LEVEL", "WARNING")},
}
