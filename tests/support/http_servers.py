"""Apache (Debian `apache2-bin`), as tests configure it."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from tests.support.programs import MissingProgramError, find_program, give_up
from tests.support.sparql_servers import free_ports

_MODULES = Path("/usr/lib/apache2/modules")
_CONFIGURATION = """ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/log
DocumentRoot {folder}/root
{modules}
{user}
{configuration}
"""


class Apache:
    """Apache with `root` in a folder as its own, and with modules and directives; it runs until it is stopped."""

    def __init__(self, folder: Path, modules: Sequence[str], configuration: str) -> None:
        """Start it.

        Raises:
            MissingProgramError: if it is not installed.
            RuntimeError: if it does not start.
        """
        places = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])
        program = shutil.which("apache2", path=places) or find_program("apache2", "apt-get install apache2-bin")
        (self.port,) = free_ports(1)
        self.root = folder / "root"
        loaded = "\n".join(f"LoadModule {name}_module {_MODULES}/mod_{name}.so" for name in ("mpm_event", *modules))
        user = "User #65534\nGroup #65534" if os.geteuid() == 0 else ""
        text = _CONFIGURATION.format(
            port=self.port, folder=folder, modules=loaded, user=user, configuration=configuration
        )
        (folder / "httpd.conf").write_text(text, encoding="utf-8")
        command = [program, "-f", str(folder / "httpd.conf"), "-DFOREGROUND"]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(OSError):
                self.ask("/", {})
                return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"{program} does not start: {(folder / 'log').read_text(errors='replace')}")

    def ask(self, path: str, headers: Mapping[str, str], address: str = "127.0.0.1") -> HTTPResponse:
        """Send a request from an address; its answer has been read."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10, source_address=(address, 0))
        try:
            connection.request("GET", path, headers=dict(headers))
            answer = connection.getresponse()
            answer.read()
            return answer
        finally:
            connection.close()

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        self._process.terminate()
        self._process.wait(30)


@contextmanager
def running(folder: Path, modules: Sequence[str], configuration: str) -> Iterator[Apache]:
    """Run Apache meanwhile; a test that needs it is given up where it is not installed."""
    try:
        apache = Apache(folder, modules, configuration)
    except MissingProgramError as missing:
        give_up(missing)
    try:
        yield apache
    finally:
        apache.stop()
