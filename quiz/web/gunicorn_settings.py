"""Settings of gunicorn; `serve` passes this file as `-c python:quiz.web.gunicorn_settings`."""

import gc
import os
import signal
import socket
import struct
import sys
from typing import TYPE_CHECKING, cast

from gunicorn.arbiter import Arbiter
from gunicorn.workers import gthread
from gunicorn.workers.base import Worker

from quiz.web.housekeeping import Housekeeper
from quiz.web.quiet_logs import QuietLogger
from quiz.web.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

_settings = Settings.from_environment()
# The one of this process: started after the fork, by the worker itself.
_housekeepers: dict[int, Housekeeper] = {}

# A connection that has sent nothing yet waits outside the threads, not five seconds in one of
# them: a thousand idle ones kept everybody waiting for minutes (seen). gunicorn has no setting.
gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.01  # type: ignore[misc]
# What began to come and stops in the middle is given up after so long.
STALLED_SECONDS = 10

wsgi_app = "quiz.web:create_app()"
_in_files = _settings.host.startswith("unix:")
bind = _settings.host if _in_files else f"{_settings.host}:{_settings.port}"
workers = _settings.workers
worker_class = "gthread"
threads = 8
# Made once, before the workers: the start is faster, and a worker that has to be replaced is
# back at once. It needs an app that opens no connection and starts no thread while it is made.
preload_app = True
# Without it one worker sometimes takes every kept-alive connection (seen: rates move threefold).
# Only Linux spreads connections over such sockets; elsewhere the workers share one.
reuse_port = sys.platform == "linux" and not _in_files
keepalive = 5
timeout = 30
graceful_timeout = 10
# Result codes stand in addresses, so no line is written per request.
accesslog = None
logger_class = QuietLogger
errorlog = "-"
loglevel = "warning"
# A SCRIPT_NAME that comes with a request would move every link of a page that is kept for all.
forwarder_headers = ""
# What a proxy says is taken in one place (proxies.py), from as many of them as are set.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
# Off: it would open a socket in the home folder.
control_socket_disable = True


def pre_fork(_server: Arbiter, _worker: Worker) -> None:
    """Spare the collector what lives for ever: a result page took twice as long with it."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def post_fork(_server: Arbiter, _worker: Worker) -> None:
    """Let a stop count from the first moment: an unready worker would miss it and be waited for."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))


def post_worker_init(worker: Worker) -> None:
    """Start housekeeping; say the address once, when the last worker hears a stop."""
    for listener in worker.sockets:
        # Connections get it from the socket that they come in by.
        listener.setsockopt(
            socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", STALLED_SECONDS, 0)
        )
    _housekeepers[worker.age] = Housekeeper(cast("Flask", worker.wsgi))
    if worker.age == workers:
        host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host
        address = bind if _in_files else f"http://{host}:{_settings.port}"
        print(f"The quiz is at {address} (Ctrl-C stops it).", flush=True)  # noqa: T201 - the person at the terminal waits for it


def worker_exit(_server: Arbiter, worker: Worker) -> None:
    """Write down what was counted and not yet written."""
    keeper = _housekeepers.pop(worker.age, None)
    if keeper:
        keeper.stop()
