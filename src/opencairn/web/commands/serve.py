import argparse
import logging
import os
import socketserver
import sys
from contextlib import nullcontext

from opencairn.web import certificates

from .work import beside

HELP = "serve the site"
DESCRIPTION = """\
Serve the site. It listens on this machine alone (127.0.0.1) unless --host says otherwise; put a reverse proxy with
TLS in front of it for the open internet. Stop it with Ctrl-C. Background work runs beside it: either one process with
--work, or any number of: opencairn work"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and with how many processes."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=port_number, help="port to listen on (default: OPENCAIRN_PORT, else 8000)")
    parser.add_argument("--workers", type=count, default=1, help="worker processes (default: 1)")
    parser.add_argument("--threads", type=count, default=4, help="threads for each worker (default: 4)")
    parser.add_argument("--work", action="store_true", help="do the background work too, in a process of its own")
    parser.add_argument(
        "--tls",
        action="store_true",
        help="serve https with a certificate made here, which no browser trusts: for judging the site on this machine",
    )


def count(words: str) -> int:
    """Read a number of one or more."""
    number = int(words)
    if not 1 <= number <= 512:
        raise argparse.ArgumentTypeError("has to be between 1 and 512")
    return number


def port_number(words: str) -> int:
    """Read a port."""
    number = int(words)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("has to be between 1 and 65535")
    return number


def is_taken(host: str, port: int) -> bool:
    """Whether something else listens there already. Granian shares ports, so it would not notice a second site."""
    if ":" in host:
        return False

    class Probe(socketserver.TCPServer):
        allow_reuse_address = True

    try:
        Probe((host, port), socketserver.BaseRequestHandler).server_close()
    except OSError:
        return True
    return False


def run(args: argparse.Namespace) -> int:
    """Check the door and the readiness, then serve until told to stop."""
    from opencairn.web.cli import set_up

    if args.port:
        os.environ["OPENCAIRN_PORT"] = str(args.port)
    if args.tls:
        port_here = args.port or os.environ.get("OPENCAIRN_PORT", "8000")
        os.environ.setdefault("OPENCAIRN_BASE_URL", f"https://localhost:{port_here}")
    set_up()
    from django.conf import settings

    from opencairn.web import readiness

    port = args.port or settings.PORT
    if is_taken(args.host, port):
        print(
            f"Port {port} of {args.host} cannot be used: something else listens there, or this account may not."
            f" Choose another, for instance: --port {port + 1 if port < 65535 else 8000}",
            file=sys.stderr,
        )
        return 1
    if readiness.pending_migrations() or not readiness.static_is_collected():
        print("The site is not ready for this version of the code. Run first: opencairn prepare", file=sys.stderr)
        return 1
    print(f"OpenCairn is at {settings.BASE_URL} (stop with Ctrl-C)", flush=True)
    certificate = certificates.ours(settings.VAR / "keys") if args.tls else None
    with beside() if args.work else nullcontext():
        serve(args.host, port, workers=args.workers, threads=args.threads, certificate=certificate)
    return 0


def serve(
    host: str, port: int, *, workers: int = 1, threads: int = 4, certificate: certificates.Files | None = None
) -> None:
    """Run granian until SIGINT or SIGTERM."""
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    connections.close_all()
    logging.getLogger("_granian").setLevel(logging.ERROR)
    Granian(
        "opencairn.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,
        ssl_cert=certificate.certificate if certificate else None,
        ssl_key=certificate.key if certificate else None,
    ).serve()
