"""A blog on another site than the quiz: pages/ with the quiz's address filled in.

`/strict.html` is served with a strict Content-Security-Policy and isolated from other sites, the
others without any such headers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

PAGES = Path(__file__).parent / "pages"
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
STRICT = "default-src 'none'; script-src 'self' {quiz}; frame-src {quiz}"


@contextmanager
def blog(quiz: str, integrity: str) -> Iterator[str]:
    """Serve the blog on 127.0.0.1 and yield its address; the quiz has to be somewhere else."""

    class Pages(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = PAGES / Path(self.path.partition("?")[0]).name
            if not page.is_file():
                self.send_error(404)
                return
            text = page.read_text().replace("QUIZ", quiz).replace("INTEGRITY", integrity)
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", TYPES[page.suffix])
            self.send_header("Content-Length", str(len(body)))
            if page.stem == "strict":
                self.send_header("Content-Security-Policy", STRICT.format(quiz=quiz))
                self.send_header("Cross-Origin-Opener-Policy", "same-origin")
                self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
