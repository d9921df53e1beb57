"""Reads settings from the environment: each function takes the key's name and what holds without it."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates


def words(key: str, default: str) -> str:
    """Return the text of a key, or of the file that KEY_FILE names."""
    if path := os.environ.get(f"{key}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise SystemExit(f"{key}_FILE has to name a file of text in UTF-8: {error}") from error
    return os.environ.get(key, default)


def number(key: str, default: int) -> int:
    """Return a whole number. Raises SystemExit with the key's name where it is none."""
    try:
        return int(words(key, str(default)))
    except ValueError as error:
        raise SystemExit(f"{key} has to be a whole number, such as {default}.") from error


def switch(key: str) -> bool:
    """Return True for 1, true, yes or on; off unless set."""
    return words(key, "").lower() in {"1", "true", "yes", "on"}


def one_of(key: str, default: str, *others: str) -> str:
    """Return one of the words a key may hold, the first where it is not set. Raises SystemExit naming them."""
    given = words(key, default)
    if given not in (default, *others):
        raise SystemExit(f"{key} has to be {' or '.join((default, *others))}.")
    return given


def listing(key: str, *default: str) -> list[str]:
    """Return words parted by commas; the defaults where the key is not set, each once."""
    given = words(key, "")
    return [word.strip() for word in given.split(",") if word.strip()] if given else list(dict.fromkeys(default))


def folder(key: str, default: str) -> Path:
    """Return a folder as an absolute path; a relative one is taken from the working folder. It need not exist yet."""
    path = Path(words(key, default)).absolute()
    if path.exists() and not path.is_dir():
        raise SystemExit(f"{key} has to name a folder; {path} is a file.")
    return path


def contexts() -> Path:
    """Return the folder of imported contexts: ``OPENCAIRN_CONTEXTS``, else ``contexts`` in the data folder."""
    return folder("OPENCAIRN_CONTEXTS", str(folder("OPENCAIRN_VAR", "var") / "contexts"))


def frameworks() -> Path:
    """Return the folder of the operator's own quality frameworks, which need not exist."""
    return folder("OPENCAIRN_FRAMEWORKS", str(folder("OPENCAIRN_VAR", "var") / "frameworks"))


def profiles() -> Path:
    """Return the folder of the operator's own completeness profiles, which need not exist."""
    return folder("OPENCAIRN_PROFILES", str(folder("OPENCAIRN_VAR", "var") / "profiles"))


def certificates(key: str) -> tuple[bytes, ...]:
    """Return the certificates (DER) of the PEM file that is named, or none. Says what is wrong with the file."""
    named = words(key, "")
    try:
        found = load_pem_x509_certificates(Path(named).read_bytes()) if named else ()
    except (OSError, ValueError) as error:
        raise SystemExit(f"{key} has to name a file with certificates in PEM form: {error}") from error
    return tuple(each.public_bytes(Encoding.DER) for each in found)


def hosts_of(url: str) -> list[str]:
    """Return the names a site answers to: its own, and this machine's two while it is tried on localhost.

    A public site answers to its own name alone, so that no mail can be made to carry another one.
    """
    return ["localhost", "127.0.0.1"] if host_of(url) == "localhost" else [host_of(url)]


def host_of(url: str) -> str:
    """Return the host name of an address."""
    return urlsplit(url).hostname or "localhost"


def secret(key: str, path: Path) -> str:
    """Return a secret of the environment, else of the file, which is made (readable by its owner alone) if missing."""
    if given := words(key, ""):
        return given
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def database(key: str, sqlite_file: Path) -> dict[str, Any]:
    """Return Django's database settings: SQLite in WAL mode, or PostgreSQL for ``postgres://user:word@host:port/name``."""
    url = urlsplit(words(key, ""))
    if not url.scheme:
        sqlite_file.parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sqlite_file,
            "CONN_MAX_AGE": 60,  # opening one costs more than most pages: the last to close removes the log
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # What is deleted is overwritten (secure_delete), so that an erased person is not left in the file.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=ON;",
            },
        }
    if url.scheme not in {"postgres", "postgresql"}:
        raise SystemExit(f"{key} has to start with postgres://, or be left out for the embedded database.")
    options = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", url.hostname or ""),
        "PORT": str(url.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def mail(key: str, folder_for_mail: Path) -> tuple[str, Path, tuple[str, int, str, str, bool, bool]]:
    """Return Django's mail settings, or files in a folder while developing.

    ``smtp://user:word@host:587`` turns to TLS after the greeting (on every port but 25), ``smtps://user:word@host:465``
    speaks TLS from the first byte. The last two facts are EMAIL_USE_TLS and EMAIL_USE_SSL.
    """
    url = urlsplit(words(key, ""))
    if not url.scheme:
        files = "django.core.mail.backends.filebased.EmailBackend"
        return files, folder_for_mail, ("localhost", 25, "", "", False, False)
    try:
        port = url.port or (465 if url.scheme == "smtps" else 587)
    except ValueError:
        port = 0
    if url.scheme not in {"smtp", "smtps"} or not url.hostname or not port:
        raise SystemExit(f"{key} has to look like smtp://user:password@mail.example.org:587")
    at_once = url.scheme == "smtps"
    return (
        "django.core.mail.backends.smtp.EmailBackend",
        folder_for_mail,
        (
            url.hostname,
            port,
            unquote(url.username or ""),
            unquote(url.password or ""),
            not at_once and port != 25,
            at_once,
        ),
    )
