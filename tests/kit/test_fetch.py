"""The one door to the network: private addresses never, a real TLS server here, limits that hold against slow servers."""

import datetime as dt
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from opencairn.kit.fetch import Answer as Answered
from opencairn.kit.fetch import CannotFetch, download, fetch, is_inside, is_public, resolve, send

HOST = "issuer.example"
Answer = Callable[[ssl.SSLSocket], None]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1",
        "2001:db8::1", "100::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "2002:7f00:1::", "2002:a00:1::1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "5f00::1",
        "192.0.0.9", "192.0.0.192", "192.88.99.1", "2002:c058:6301::1", "3fff::1", "3fff:fff::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/", "ftp://issuer.example/", "file:///etc/passwd", "issuer.example", "", "https://", "https:///path",
        "https://user:secret@issuer.example/", "https://user@issuer.example/", "https://issuer.example:99999/", "https://[::1",
        "https://issuer.example/a b", "https://issuer.example/\r\nHost: x", "https://issuer.example\\@else.example/", "https://" + "a" * 70 + "é.example/",
    ],
)  # fmt: skip
def test_only_plain_https_addresses_are_looked_up(url: str) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError("asked for an address")

    with pytest.raises(CannotFetch):
        fetch(url, resolve=never)


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::1"], ["::ffff:169.254.169.254"], []]
)
def test_a_host_with_any_private_address_is_not_visited(addresses: list[str]) -> None:
    with pytest.raises(CannotFetch, match="not a public address"):
        fetch("https://issuer.example/", resolve=lambda host, port: addresses)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "2130706433", "0x7f.1"])
def test_private_addresses_by_any_spelling_are_not_visited(host: str) -> None:
    with pytest.raises(CannotFetch):
        fetch(f"https://{host}/")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.1.2.3:8443", "192.168.0.1", "169.254.169.254", "[::1]", "[fe80::1]", "[fe80::1%25eth0]", "[fd12::1]",
        "[::ffff:10.0.0.1]", "2130706433", "0x7f.1", "127.1", "localhost", "LocalHost.", "a.localhost", "printer.local",
        "db.internal", "nas.home.arpa", "１２７.0.0.1",
    ],
)  # fmt: skip
def test_an_address_inside_a_private_network_is_known_by_its_words(host: str) -> None:
    assert is_inside(f"https://{host}/feed")


@pytest.mark.parametrize(
    "url",
    ["https://1.1.1.1/", "https://[2606:4700::1111]/", "https://local.example/", "https://school.example./x", "?"],
)
def test_other_addresses_may_be_public(url: str) -> None:
    assert not is_inside(url)


def test_a_host_that_does_not_exist() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(CannotFetch, match="no such place"):
        fetch("https://nowhere.example/", resolve=unknown)


def test_the_resolver_of_the_system_is_used() -> None:
    assert "127.0.0.1" in resolve("127.0.0.1", 443)


def test_a_slow_resolver_is_given_up() -> None:
    started = time.monotonic()

    def slow(host: str, port: int) -> list[str]:
        time.sleep(1)
        return []

    with pytest.raises(CannotFetch, match=r"longer than 0\.2 seconds"):
        fetch("https://issuer.example/", resolve=slow, within=0.2)
    assert time.monotonic() - started < 0.8


# --- a real server on this machine ---


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("192.0.2.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def whole_request(line: ssl.SSLSocket) -> bytes:
    """Read a request with its body: closing on words that nobody read would break the line."""
    asked = line.recv(4096)
    while b"\r\n\r\n" in asked and (length := re.search(rb"Content-Length: ([0-9]+)", asked)):
        body = asked.partition(b"\r\n\r\n")[2]
        if len(body) >= int(length[1]):
            break
        asked += line.recv(4096)
    return asked


class Server:
    """Answers each connection with what the test says, and remembers what was asked."""

    def __init__(self, certificate: Path) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.trusted = ssl.create_default_context(cafile=str(certificate))
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.asked: list[bytes] = []
        self.answer: Answer = plain(b"{}")
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            with suppress(OSError, ssl.SSLError), self.context.wrap_socket(line, server_side=True) as secure:
                self.asked.append(whole_request(secure))
                self.answer(secure)

    def fetch(self, path: str = "/", *, host: str = HOST, within: float = 3.0, largest: int = 1000) -> bytes:
        return fetch(
            f"https://{host}:{self.port}{path}",
            resolve=lambda host, port: ["127.0.0.1"],
            may_visit=lambda address: True,
            tls=self.trusted,
            within=within,
            largest=largest,
        )


def plain(body: bytes, status: str = "200 OK", headers: str = "") -> Answer:
    def answer(line: ssl.SSLSocket) -> None:
        line.sendall(f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return answer


def raw(*pieces: bytes, pause: float = 0) -> Answer:
    def answer(line: ssl.SSLSocket) -> None:
        for piece in pieces:
            line.sendall(piece)
            time.sleep(pause)

    return answer


@pytest.fixture
def server(certificate: Path) -> Iterator[Server]:
    made = Server(certificate)
    yield made
    made.listening.close()


def test_a_document_is_read_and_the_right_name_is_asked_for(server: Server) -> None:
    server.answer = plain(b'{"id": 1}')
    assert server.fetch("/issuer?x=1#part") == b'{"id": 1}'
    assert server.asked[0].startswith(b"GET /issuer?x=1 HTTP/1.1\r\n")
    assert f"Host: {HOST}:{server.port}\r\n".encode() in server.asked[0]


def test_a_certificate_for_another_name_is_not_trusted(server: Server) -> None:
    with pytest.raises(CannotFetch, match="certificate"):
        server.fetch(host="else.example")


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(server: Server) -> None:
    with pytest.raises(CannotFetch, match="certificate"):
        fetch(
            f"https://{HOST}:{server.port}/", resolve=lambda host, port: ["127.0.0.1"], may_visit=lambda address: True
        )


def test_redirects_are_not_followed(server: Server) -> None:
    server.answer = plain(b"", "302 Found", "Location: https://127.0.0.1/\r\n")
    with pytest.raises(CannotFetch, match="status 302"):
        server.fetch()
    assert len(server.asked) == 1


def test_too_much_is_not_read(server: Server) -> None:
    server.answer = plain(b"x" * 1000)
    assert len(server.fetch()) == 1000
    server.answer = plain(b"x" * 1001)
    with pytest.raises(CannotFetch, match="larger than 1,000 bytes"):
        server.fetch()
    server.answer = raw(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 900] * 3)
    with pytest.raises(CannotFetch, match="larger"):
        server.fetch()


def test_packed_answers_are_refused(server: Server) -> None:
    server.answer = plain(b"x", headers="Content-Encoding: gzip\r\n")
    with pytest.raises(CannotFetch, match="could not be read"):
        server.fetch()


@pytest.mark.parametrize(
    "answer",
    [
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n", *[b"x"] * 40, pause=0.1),
        raw(*[b"H"] * 40, pause=0.1),
        raw(b"HTTP/1.1 200 OK\r\nA: ", *[b"a"] * 40, pause=0.1),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * 40, pause=0.1),
        raw(b"", pause=4),
    ],
)
def test_a_server_that_drips_is_given_up_in_time(server: Server, answer: Answer) -> None:
    server.answer = answer
    started = time.monotonic()
    with pytest.raises(CannotFetch):
        server.fetch(within=0.5)
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize(
    "answer", [raw(b""), raw(b"nonsense\r\n\r\n"), raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")]
)
def test_broken_answers_get_a_sentence(server: Server, answer: Answer) -> None:
    server.answer = answer
    with pytest.raises(CannotFetch, match=r"\.$"):
        server.fetch()


def test_a_closed_door_gets_a_sentence(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        server.port = closed.getsockname()[1]
    with pytest.raises(CannotFetch, match="could not be reached"):
        server.fetch()


# --- files that may be large, and handing something over ---


def trusting(server: Server) -> dict[str, object]:
    return {"resolve": lambda host, port: ["127.0.0.1"], "may_visit": lambda address: True, "tls": server.trusted}


def get(server: Server, into: io.BytesIO, **more: object) -> Answered:
    facts = {"largest": 1000, "within": 2.0, **trusting(server), **more}
    return download(f"https://{HOST}:{server.port}/feed", into, **facts)  # type: ignore[arg-type]


def test_a_file_is_streamed_and_asked_for_only_where_it_changed(server: Server) -> None:
    server.answer, into = plain(b"x" * 900, headers='ETag: "a"\r\n'), io.BytesIO()
    answer = get(server, into)
    assert (answer.status, answer.body, answer.complete, into.getvalue()) == (200, b"", True, b"x" * 900)
    server.answer, into = plain(b"", "304 Not Modified"), io.BytesIO()
    answer = get(server, into, etag=answer.headers["ETag"], modified="Mon, 02 Mar 2026 09:00:00 GMT", accept="text/csv")
    assert (answer.status, answer.complete, into.getvalue()) == (304, True, b"")
    asked = server.asked[-1].decode()
    assert 'If-None-Match: "a"\r\n' in asked
    assert "If-Modified-Since: Mon, 02 Mar 2026" in asked
    assert "Accept: text/csv\r\n" in asked
    get(server, into, etag="a\r\nHost: elsewhere")
    assert "elsewhere" not in server.asked[-1].decode()


def test_a_file_without_an_end_is_not_complete_and_one_that_is_cut_is_refused(server: Server) -> None:
    server.answer = raw(b"HTTP/1.1 200 OK\r\n\r\n", b"abc")
    assert not get(server, io.BytesIO()).complete
    server.answer = raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3\r\nabc\r\n0\r\n\r\n")
    assert get(server, io.BytesIO()).complete
    for cut in (b"Content-Length: 9\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc"):
        server.answer = raw(b"HTTP/1.1 200 OK\r\n" + cut)
        with pytest.raises(CannotFetch):
            get(server, io.BytesIO())
    server.answer = plain(b"x" * 1001)
    with pytest.raises(CannotFetch, match="larger"):
        get(server, io.BytesIO())
    server.answer = raw(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 40, pause=0.1)
    with pytest.raises(CannotFetch):
        get(server, io.BytesIO(), within=0.3)


def test_something_is_handed_over(server: Server) -> None:
    def hand(status: str) -> Answered:
        server.answer = plain(b"{}", status)
        return send(
            f"https://{HOST}:{server.port}/in", b"words", headers={"X-Key": "1"}, within=2.0, **trusting(server)
        )  # type: ignore[arg-type]

    assert (hand("202 Accepted").status, hand("200 OK").body) == (202, b"{}")
    assert server.asked[0].startswith(b"POST /in HTTP/1.1\r\n")
    assert b"X-Key: 1\r\n" in server.asked[0]
    assert b"Content-Length: 5\r\n" in server.asked[0]
    for refused in ("503 Busy", "302 Found", "100 Continue"):
        with pytest.raises(CannotFetch):
            hand(refused)
