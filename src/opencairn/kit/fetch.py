"""The one door to the network: a guarded GET over https that never reaches a private address.

The name is resolved once, every address it has must be public, and the connection goes to an address that was checked,
with the certificate checked against the name. No redirects. Size and time are arguments; the time covers everything,
so a server that answers one byte a second gains nothing.
"""

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import urllib3
from urllib3.connection import HTTPSConnection

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(each) for each in ("100.64.0.0/10", "64:ff9b:1::/48", "5f00::/16", "fec0::/10")
)
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
    parts = _parts(url)
    visit = _Visit(parts, largest, time.monotonic() + within, resolve, may_visit, tls)
    worker = threading.Thread(target=visit.run, daemon=True)
    worker.start()
    worker.join(within)
    if worker.is_alive():
        visit.hang_up()
        raise CannotFetch(f"{parts.hostname} took longer than {within:g} seconds to answer.")
    if visit.body is None:
        raise CannotFetch(visit.why)
    return visit.body


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
    body: bytes | None = None
    why: str = ""
    connection: HTTPSConnection | None = field(default=None, repr=False)

    def run(self) -> None:
        host = self.parts.hostname or ""
        try:
            self.body = self.get(host, self.parts.port or 443)
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

    def get(self, host: str, port: int) -> bytes:
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

    def read(self, address: str, host: str, port: int) -> bytes:
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
        }
        connection.request("GET", target, headers=headers, preload_content=False, decode_content=False)
        response = connection.getresponse()
        if response.status != 200:
            raise CannotFetch(f"{host} answered with the status {response.status}.")
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise CannotFetch(f"{host} answered in a way that could not be read.")
        body = bytearray()
        for piece in response.stream(16_384, decode_content=False):
            body += piece
            if len(body) > self.largest:
                raise CannotFetch(f"What {host} sent is larger than {self.largest:,} bytes.")
            self.left()
        return bytes(body)

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
