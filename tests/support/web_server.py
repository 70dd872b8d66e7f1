"""A web server in this process that answers whatever a test says, however wrong."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from urllib.parse import parse_qs, urlsplit

Answer = Callable[[BaseHTTPRequestHandler], object]


class Web:
    """Answers each request by the next of `answers`, and by the last one from then on; then closes the connection."""

    def __init__(self, tls: SSLContext | None = None) -> None:
        self.answers: list[Answer] = []
        self.requests: list[tuple[str, dict[str, list[str]], dict[str, str]]] = []
        """Method, parameters and headers of each request."""
        self.paths: list[str] = []
        self.bodies: list[str] = []
        self.ended = threading.Event()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                web.paths.append(self.path)
                web.bodies.append(body)
                web.requests.append((self.command, parse_qs(body or urlsplit(self.path).query), dict(self.headers)))
                (web.answers.pop(0) if len(web.answers) > 1 else web.answers[0])(self)

            do_POST = do_GET

            def log_message(self, *arguments: object) -> None:
                pass

        class Listener(ThreadingHTTPServer):
            def handle_error(self, *arguments: object) -> None:
                pass  # clients that go away are what is tested

        self._listener = Listener(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._listener.socket = tls.wrap_socket(self._listener.socket, server_side=True)
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._listener.server_port}/sparql"
        threading.Thread(target=self._listener.serve_forever, args=(0.01,)).start()

    def stop(self) -> None:
        """End all answers and the server."""
        self.ended.set()
        self._listener.shutdown()
        self._listener.server_close()

    def endless(self, start: bytes, part: bytes, pause: float = 0.0) -> Answer:
        """Send `start`, then `part` after each `pause` in seconds, until the client leaves or the test ends."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(start)
            while not self.ended.wait(pause):
                handler.wfile.write(part)

        return answer


def raw(answer: bytes) -> Answer:
    """Send these bytes."""
    return lambda handler: handler.wfile.write(answer)


def head(status: int, **headers: str) -> bytes:
    """The start of an answer, before its body; `_` in a header's name stands for `-`."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode()
