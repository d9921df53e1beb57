"""The one door to the network: a guarded request over https that never reaches a private address.

The name is resolved once, every address it has must be public, and the connection goes to an address that was checked,
with the certificate checked against the name. No redirects. Size and time are arguments; the time covers everything,
so a server that answers one byte a second gains nothing. ``fetch`` returns a document, ``download`` streams a file that
may be large into an open one, ``send`` hands something over.
"""

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import SplitResult, urlsplit

import urllib3
from urllib3.connection import HTTPSConnection

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: what some versions of Python take for public (IANA IPv4 and IPv6 Special-Purpose Address Registries)
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(each)
    for each in (
        "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20", "5f00::/16", "fec0::/10",
    )
)  # fmt: skip
_INSIDE = (".localhost", ".local", ".internal", ".home.arpa")  # RFC 6761, 6762, 8375; ICANN for .internal
_ACCEPT = "application/vc+ld+json, application/vc, application/ld+json, application/json;q=0.9, */*;q=0.1"


class CannotFetch(Exception):  # noqa: N818 - an answer about an address, not a fault of the program
    """The address could not be read. The message is a plain sentence."""


def is_public(words: str) -> bool:
    """Whether an IP address is on the public internet, looking through every way of wrapping IPv4 in IPv6."""
    address: Address = ipaddress.ip_address(words.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64 or int(address) >> 32 == 0:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if address.teredo is not None:
            return False
    forbidden = (
        address.is_multicast
        or address.is_reserved
        or any(address.version == net.version and address in net for net in _NOT_PUBLIC)
    )
    return address.is_global and not forbidden


def resolve(host: str, port: int) -> list[str]:
    """Return every address of a host, from the system's resolver."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def is_inside(url: str) -> bool:
    """Whether an address leads into a private network by its very words, so that ``fetch`` would never visit it.

    The network is not asked: a name that only turns out to be private when it is resolved is left to ``fetch``.
    """
    try:
        host = (_parts(url).hostname or "").partition("%")[0].rstrip(".")
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)  # 127.1 and 0x7f000001 are addresses, too
    except CannotFetch:
        return False
    except OSError:
        return f".{host}".endswith(_INSIDE)
    return not all(is_public(str(each[4][0])) for each in found)


@dataclass(frozen=True)
class Answer:
    """What a server said. ``complete`` is False where nothing says where the answer ends, so that it may be cut."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    complete: bool = True


def fetch(
    url: str,
    *,
    largest: int = 1_000_000,
    within: float = 3.0,
    resolve: Resolve = resolve,
    may_visit: Callable[[str], bool] = is_public,
    tls: ssl.SSLContext | None = None,
) -> bytes:
    """Return at most ``largest`` bytes from an https address within ``within`` seconds, or raise CannotFetch."""
    visit = _Visit(_parts(url), largest, time.monotonic() + within, resolve, may_visit, tls)
    return visit.made(within).body


def download(
    url: str,
    into: BinaryIO,
    *,
    largest: int,
    within: float,
    accept: str = "*/*",
    etag: str = "",
    modified: str = "",
    resolve: Resolve = resolve,
    may_visit: Callable[[str], bool] = is_public,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Stream a file into an open one, or learn that it has not changed: the status is 200 or 304. Raises CannotFetch.

    ``etag`` and ``modified`` are what the server called the last one. After CannotFetch the open file holds a part.
    """
    wanted = {"Accept": accept, "If-None-Match": etag, "If-Modified-Since": modified}
    visit = _Visit(
        _parts(url), largest, time.monotonic() + within, resolve, may_visit, tls,
        headers={name: words for name, words in wanted.items() if words and words.isprintable()},
        accepted=(200, 304), into=into,
    )  # fmt: skip
    return visit.made(within)


def send(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    largest: int = 100_000,
    within: float = 30.0,
    resolve: Resolve = resolve,
    may_visit: Callable[[str], bool] = is_public,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """POST a body and return the answer, whose status is one of 200 to 299. Raises CannotFetch for any other."""
    visit = _Visit(
        _parts(url), largest, time.monotonic() + within, resolve, may_visit, tls,
        headers={"Accept": "application/json", **headers}, accepted=range(200, 300), sent=body,
    )  # fmt: skip
    return visit.made(within)


def any_certificate() -> ssl.SSLContext:
    """Return TLS that believes every certificate: only for addresses of this machine, where nobody stands between."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port or 443
        host = (parts.hostname or "").encode("idna" if not (parts.hostname or "").isascii() else "ascii").decode()
    except ValueError:
        raise CannotFetch("This is not a web address.") from None
    if parts.scheme != "https" or not host or not url.isprintable() or any(c in url for c in " \\"):
        raise CannotFetch("Only addresses that start with https:// are looked up.")
    if parts.username is not None or parts.password is not None:
        raise CannotFetch("An address with a user name in it is not looked up.")
    shown = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=shown if port == 443 else f"{shown}:{port}", fragment="")


@dataclass
class _Visit:
    """One visit, run in a thread of its own so that it can be given up."""

    parts: SplitResult
    largest: int
    deadline: float
    resolve: Resolve
    may_visit: Callable[[str], bool]
    tls: ssl.SSLContext | None
    headers: Mapping[str, str] = field(default_factory=dict)
    accepted: Container[int] = (200,)
    into: BinaryIO | None = None
    sent: bytes | None = None
    answer: Answer | None = None
    why: str = ""
    connection: HTTPSConnection | None = field(default=None, repr=False)

    def made(self, within: float) -> Answer:
        """Run in a thread that is given up when the time is over; return the answer or raise CannotFetch."""
        worker = threading.Thread(target=self.run, daemon=True)
        worker.start()
        worker.join(within)
        if worker.is_alive():
            self.into = None  # the caller's file is the caller's again
            self.hang_up()
            raise CannotFetch(f"{self.parts.hostname} took longer than {within:g} seconds to answer.")
        if self.answer is None:
            raise CannotFetch(self.why)
        return self.answer

    def run(self) -> None:
        host = self.parts.hostname or ""
        try:
            self.answer = self.get(host, self.parts.port or 443)
        except CannotFetch as fault:
            self.why = str(fault)
        except ssl.SSLCertVerificationError:
            self.why = f"The certificate of {host} could not be trusted."
        except (OSError, ValueError, urllib3.exceptions.HTTPError):
            self.why = f"{host} could not be reached."
        except Exception:  # noqa: BLE001 - whatever a stranger's server provokes is an answer, in a thread of ours
            self.why = f"{host} answered in a way that could not be read."
        finally:
            if self.connection is not None:
                self.connection.close()

    def get(self, host: str, port: int) -> Answer:
        """Resolve once, check every address, and read from the first that lets us in."""
        try:
            addresses = self.resolve(host, port)
        except OSError:
            raise CannotFetch(f"There is no such place as {host}.") from None
        if not addresses or not all(self.may_visit(each) for each in addresses):
            raise CannotFetch(f"{host} is not a public address, so it is not looked up.")
        for each in addresses[:3]:
            try:
                return self.read(each, host, port)
            except (ConnectionError, urllib3.exceptions.NewConnectionError):
                continue
        raise CannotFetch(f"{host} could not be reached.")

    def read(self, address: str, host: str, port: int) -> Answer:
        """Read the body from one address, which was checked, while the certificate must be for the host."""
        self.connection = connection = HTTPSConnection(
            address,
            port,
            timeout=self.left(),
            ssl_context=self.tls or ssl.create_default_context(),
            server_hostname=host,
        )
        target = (self.parts.path or "/") + (f"?{self.parts.query}" if self.parts.query else "")
        headers = {
            "Host": self.parts.netloc,
            "Accept": _ACCEPT,
            "Accept-Encoding": "identity",
            "User-Agent": "OpenCairn",
            **self.headers,
        }
        method = "GET" if self.sent is None else "POST"
        connection.request(method, target, self.sent, headers, preload_content=False, decode_content=False)
        response = connection.getresponse()
        if response.status not in self.accepted:
            raise CannotFetch(f"{host} answered with the status {response.status}.")
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise CannotFetch(f"{host} answered in a way that could not be read.")
        body, size = bytearray(), 0
        for piece in response.stream(16_384, decode_content=False):
            size += len(piece)
            if size > self.largest:
                raise CannotFetch(f"What {host} sent is larger than {self.largest:,} bytes.")
            self.left()
            body += piece if self.into is None else b""
            if self.into is not None:
                self.into.write(piece)
        ends = "Content-Length" in response.headers or response.headers.get("Transfer-Encoding", "") == "chunked"
        return Answer(response.status, response.headers, bytes(body), complete=ends or response.status == 304)

    def left(self) -> float:
        """Return the seconds that are left, or stop."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise CannotFetch(f"{self.parts.hostname} took too long to answer.")
        return seconds

    def hang_up(self) -> None:
        """Cut the line, so that the thread ends too."""
        line = getattr(self.connection, "sock", None)
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
