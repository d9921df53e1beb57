"""A real browser against the real server: granian serving a site of its own, Debian's Chromium driven by Playwright."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
COMMAND = str(Path(sys.executable).parent / "opencairn")
EARLIER = Path(__file__).with_name("earlier")
SET_UP = "from opencairn.web import cli; cli.main(['prepare']); from opencairn.web.demo import cast; cast.enter()"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(str(item.fspath)).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed here"))


@dataclass(frozen=True)
class Site:
    """A running site: its address, the folder that holds its database and mail, and what its operator set."""

    url: str
    var: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    def ago(self, days: int) -> "Site":
        """This site as it runs on a day so long ago: the clock that it reads is put back (``earlier/``)."""
        return replace(self, settings={**self.settings, "DAYS_AGO": str(days), "PYTHONPATH": str(EARLIER)})

    def run(self, *arguments: str, **environment: str) -> str:
        """Run an ``opencairn`` command of this site and return what it printed."""
        return self._done(COMMAND, *arguments, **environment)

    def set_up(self) -> None:
        """Prepare this site, and let it know the people and organisations of the demo and nothing else."""
        self._done(sys.executable, "-c", SET_UP)

    def _done(self, *command: str, **environment: str) -> str:
        done = subprocess.run(
            command, env=self.environment() | environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("OPENCAIRN_", "DATABASE_URL", "DJANGO_"))}
        port = self.url.rsplit(":", 1)[1]
        own = {"OPENCAIRN_VAR": str(self.var), "OPENCAIRN_PORT": port, "OPENCAIRN_BASE_URL": self.url}
        return inherited | own | dict(self.settings)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(made: Site) -> Iterator[Site]:
    """A site, served by the same command that people use."""
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", made.url.rsplit(":", 1)[1]],
        env=made.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(900):  # a machine with much to do takes a minute
            assert server.poll() is None, "the site stopped"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(made.url.rsplit(":", 1)[1]))) == 0:
                    break
            time.sleep(0.1)
        else:
            pytest.fail("the site did not start")
        yield made
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with the demo world."""
    made = Site(f"http://localhost:{free_port()}", tmp_path_factory.mktemp("site"))
    made.run("demo", "--once")
    with served(made):
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for the tests of one file. While Playwright is open an event loop runs in this thread, and the database
    tests that the same worker takes next would be refused the database."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def new_page_of(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A function that opens a page of a site in a fresh profile: nobody is signed in, nothing is remembered."""
    with ExitStack() as opened:

        def open_page(site: Site, *, javascript: bool = True) -> Page:
            context = opened.enter_context(
                browser.new_context(
                    base_url=site.url, java_script_enabled=javascript, locale="en-GB", reduced_motion="reduce"
                )
            )
            context.set_default_timeout(15_000)
            return context.new_page()

        yield open_page


@pytest.fixture
def new_page(new_page_of: Callable[..., Page], site: Site) -> Callable[..., Page]:
    """A function that opens a page of the site with the demo world."""
    return partial(new_page_of, site)
