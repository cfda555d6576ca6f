"""Settings of gunicorn; `serve` passes this file as `-c python:quiz.web.gunicorn_settings`."""

import ctypes
import gc
import os
import signal
import socket
import struct
import sys
from typing import TYPE_CHECKING, cast

from gunicorn.arbiter import Arbiter

from quiz.web.gunicorn_worker import Worker, came_beyond, next_door
from quiz.web.housekeeping import Housekeeper
from quiz.web.quiet_logs import QuietLogger
from quiz.web.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

_settings = Settings.from_environment()
# The one of this process: started after the fork, by the worker itself.
_housekeepers: dict[int, Housekeeper] = {}

# What began to come or to go and stops in the middle is given up after so long.
STALLED_SECONDS = 10

wsgi_app = "quiz.web:create_app()"
_in_files = _settings.host.startswith("unix:")
_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host
bind = _settings.host if _in_files else f"{_host}:{_settings.port}"
# For a socket in the file system, 0660: its owner and the group that the proxy is in, nobody else.
umask = 0o117
workers = _settings.workers
worker_class = "quiz.web.gunicorn_worker.Worker"
threads = 12
# Made once, before the workers: the start is faster, and a worker that has to be replaced is
# back at once. It needs an app that opens no connection and starts no thread while it is made.
preload_app = True
# The sign of life that workers give: on a slow disk writing it can take longer than they may.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - by gunicorn, private
backlog = 2048
keepalive = 5
# A worker without a sign of life for so long is replaced; a request may well take longer.
timeout = 10
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


def on_starting(server: Arbiter) -> None:
    """Open a door for each worker: sockets that share the port, held by the master.

    With one for all, one worker sometimes takes every kept-alive connection (seen: rates move
    threefold). gunicorn's own way (`reuse_port`) gives each worker a door that ends with it: who
    stood there, or was just knocking, was dropped (seen, at a kill and at a renewal).
    """
    if not _a_door_for_each(server):
        return
    family, address = _settings.place()
    for _ in range(server.cfg.workers):
        door = socket.socket(family)
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            door.setsockopt(socket.SOL_SOCKET, option, 1)
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            door.bind(address)
        except OSError as error:
            sys.exit(f"Can't listen on {bind}: {error.strerror}.")
        door.listen(backlog)
        _doors(server).append(door)


def when_ready(_server: Arbiter) -> None:
    """Keep as many workers as there are doors: at one without, people would wait for nobody."""
    for number in (signal.SIGTTIN, signal.SIGTTOU):
        signal.signal(number, signal.SIG_IGN)


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """Give it the door that was given last to the oldest worker, or to none.

    Then spare the collector what lives for ever: a result page took twice as long with it.

    And let glibc keep two heaps instead of one a thread: that saves 15 MiB in each worker.
    """
    if _a_door_for_each(server):
        worker.sockets = [next_door(_doors(server), list(server.WORKERS.values()))]
    allocator = ctypes.CDLL(None)
    if hasattr(allocator, "mallopt"):
        allocator.mallopt(-8, 2)  # M_ARENA_MAX of malloc.h
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def post_fork(server: Arbiter, worker: Worker) -> None:
    """Let a stop count from the first moment: an unready worker would miss it and be waited for.

    And leave the doors of others to them.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))
    for door in _doors(server):
        if door not in worker.sockets:
            door.close()


def post_worker_init(worker: Worker) -> None:
    """Start housekeeping; say the address once, when the last worker hears a stop."""
    for listener in worker.sockets:
        # Connections get it from the socket that they come in by.
        for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            seconds = struct.pack("ll", STALLED_SECONDS, 0)
            listener.setsockopt(socket.SOL_SOCKET, direction, seconds)
    app = cast("Flask", worker.wsgi)
    if site := app.extensions.get("quiz.site"):  # the yardstick of bench/ is none
        site.crowded = came_beyond
        _housekeepers[worker.age] = Housekeeper(app)
    if worker.age == worker.cfg.workers:
        address = bind if _in_files else f"http://{bind}"
        print(f"The quiz is at {address} (Ctrl-C stops it).", flush=True)  # noqa: T201 - the person at the terminal waits for it


def worker_exit(_server: Arbiter, worker: Worker) -> None:
    """Write down what was counted and not yet written; end when the last answer is out.

    Left to itself the interpreter would wait for every thread, those of stalled clients too.
    """
    keeper = _housekeepers.pop(worker.age, None)
    if keeper:
        keeper.stop()
        worker.see_everybody_off()
        ending = sys.exception()
        if isinstance(ending, SystemExit) and not ending.code:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)


def _a_door_for_each(server: Arbiter) -> bool:
    """Only Linux spreads connections over sockets that share a port; elsewhere there is one.

    So there is where gunicorn was told another address than ours, on its own command line.
    """
    return sys.platform == "linux" and not _in_files and server.cfg.bind == [bind]


def _doors(server: Arbiter) -> list[socket.socket]:
    """What workers accept from; gunicorn's own sockets, where it opened them, do as much."""
    return cast("list[socket.socket]", server.LISTENERS)
