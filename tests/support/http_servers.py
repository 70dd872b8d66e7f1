"""Web servers of others, as tests configure them: Apache, nginx, Caddy."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from tests.support.programs import find_program
from tests.support.sparql_servers import free_ports

_MODULES = Path("/usr/lib/apache2/modules")
_APACHE = """ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/log
DocumentRoot {folder}/root
{modules}
{user}
{configuration}
"""
_NGINX = """{user}
pid {folder}/pid;
daemon off;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/root;
        {configuration}
    }}
}}
"""
_CADDY = """{{
    admin off
}}
http://127.0.0.1:{port} {{
    root * {folder}/root
    {configuration}
}}
"""
_COMMANDS = {
    "apache2": ("apache2-bin", _APACHE, "-f {file} -DFOREGROUND", "User #65534\nGroup #65534"),
    "nginx": ("nginx-light", _NGINX, "-c {file} -e {folder}/log", "user root;"),
    "caddy": ("caddy", _CADDY, "run --adapter caddyfile --config {file}", ""),
}
"""The package of each program, the file that configures it, the arguments to run it, and whom it becomes of root."""


class WebServer:
    """A program with `root` in a folder as its own, and with directives; it runs until it is stopped."""

    def __init__(self, name: str, folder: Path, configuration: str, modules: Sequence[str] = ()) -> None:
        """Start it.

        Raises:
            RuntimeError: if it does not start.
        """
        package, template, arguments, user = _COMMANDS[name]
        places = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])
        program = shutil.which(name, path=places) or find_program(name, f"apt-get install {package}")
        (self.port,) = free_ports(1)
        self.root = folder / "root"
        loaded = "\n".join(f"LoadModule {one}_module {_MODULES}/mod_{one}.so" for one in ("mpm_event", *modules))
        about = {"port": self.port, "folder": folder, "modules": loaded, "configuration": configuration}
        text = template.format(**about, user=user if os.geteuid() == 0 else "")
        (folder / "server.conf").write_text(text, encoding="utf-8")
        command = [program, *arguments.format(file=folder / "server.conf", folder=folder).split()]
        home = {**os.environ, "HOME": str(folder)}
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=home
        )
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
def running(name: str, folder: Path, configuration: str, modules: Sequence[str] = ()) -> Iterator[WebServer]:
    """Run a web server meanwhile; a test that needs it is given up where it is not installed."""
    server = WebServer(name, folder, configuration, modules)
    try:
        yield server
    finally:
        server.stop()
