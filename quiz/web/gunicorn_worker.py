"""gunicorn's threaded worker with changes for who waits, comes late, says nothing or never goes."""

import socket
import struct
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from contextvars import ContextVar
from queue import SimpleQueue
from threading import Event, Thread
from types import FrameType
from weakref import WeakSet

from gunicorn import util
from gunicorn.workers import base, gthread

DEFERRED = gthread._DEFER  # type: ignore[attr-defined]
# So many may wait for a thread; who comes then and brings answers is asked to come again.
MOST_WAITING = 256
# A request that stops half way holds a thread for so long when most threads are in use already,
# and for STALLED_SECONDS of gunicorn_settings.py when they are not.
STALLED_SECONDS_UNDER_LOAD = 2
# A connection that has sent nothing yet is waited for so long in a thread, then outside of them.
FIRST_WORD_SECONDS, LAST_WORD_SECONDS = 0.01, 2.0
# How long a client is waited for that was told that this connection ends; at most so many are.
GOODBYE_SECONDS, MOST_GOODBYES = 0.5, 64
LAST_GOODBYES_SECONDS = 2.0


class Worker(gthread.ThreadWorker):
    """It also knows who came while too many waited for a thread already."""

    def enqueue_req(self, conn: gthread.TConn) -> None:
        """Let it wait within the bound, or note that it is beyond.

        Those beyond do not count for the bound: else they, coming again and again, would fill the
        queue, and nobody's answers would be taken in any more.
        """
        (_within if len(_within) < MOST_WAITING else _beyond).add(conn)
        super().enqueue_req(conn)

    def handle(self, conn: gthread.TConn) -> bool:
        """Answer, and let the site know. While most threads are in use none waits for long."""
        _came_beyond.set(conn in _beyond)
        _within.discard(conn)
        _beyond.discard(conn)
        _in_hand.add(conn)
        if 2 * len(_in_hand) > self.cfg.threads and conn not in _hurried:
            _hurried.add(conn)
            seconds = struct.pack("ll", STALLED_SECONDS_UNDER_LOAD, 0)
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)
        try:
            return super().handle(conn)
        finally:
            _in_hand.discard(conn)

    def finish_request(self, conn: gthread.TConn, fs: "Future[bool]") -> None:
        """Ask once more who had said nothing when the worker was told to stop, then close."""
        silent = not fs.cancelled() and not fs.exception() and fs.result() is DEFERRED
        if silent and not self.alive and conn not in _asked_again:
            _asked_again.add(conn)
            self.enqueue_req(conn)
        else:
            super().finish_request(conn, fs)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at once, without shutting down the pool of threads from within a signal.

        gunicorn does, and when the signal comes while this thread hands a request to the pool, it
        waits for a lock of its own until it is killed (once in some 70 stops on a busy machine).
        """
        super(gthread.ThreadWorker, self).handle_quit(sig, frame)

    def init_process(self) -> None:
        """Close connections in a thread: gunicorn would wait for each in the one that accepts."""
        self.closing = Thread(target=_see_off, name="closing", daemon=True)
        self.closing.start()
        super().init_process()

    def see_everybody_off(self) -> None:
        """Wait a little for the last answers, and for clients that have not taken theirs yet.

        Not for the threads themselves: one may wait for its client much longer.
        """
        until = time.monotonic() + LAST_GOODBYES_SECONDS
        while _in_hand and time.monotonic() < until:
            time.sleep(0.01)
        _leaving.put(None)
        self.closing.join(max(0.0, until - time.monotonic()))

    def set_accept_enabled(self, enabled: bool | None) -> None:
        """When it stops, who has knocked already is taken in before its door closes.

        The master holds the door too: who knocks then waits for the next worker, if there is one.
        """
        super().set_accept_enabled(enabled)
        if enabled or self.alive or _stopping.is_set():
            return
        _stopping.set()
        for listener in self.sockets:
            known = -1
            while known < self.nr_conns:
                known = self.nr_conns
                # With no room for one more file they wait for the next worker.
                with suppress(OSError):
                    self.accept(listener)
            listener.close()


def next_door(doors: Sequence[socket.socket], workers: Sequence[base.Worker]) -> socket.socket:
    """The door that stands open for a new worker: given to none of these, or to the oldest.

    Not that with the fewest, for those may be about to leave. So each door has a worker once those
    have left who are leaving, whoever died meanwhile.
    """

    def last_given(door: socket.socket) -> int:
        return max((worker.age for worker in workers if door in worker.sockets), default=0)

    return min(doors, key=last_given)


# A process has one worker, so what it knows may stand here.
_within: WeakSet[gthread.TConn] = WeakSet()
_beyond: WeakSet[gthread.TConn] = WeakSet()
_in_hand: WeakSet[gthread.TConn] = WeakSet()
_hurried: WeakSet[gthread.TConn] = WeakSet()
_asked_again: WeakSet[gthread.TConn] = WeakSet()
_came_beyond: ContextVar[bool] = ContextVar("came_beyond", default=False)
_stopping = Event()


def came_beyond() -> bool:
    """Whether the request that this thread answers came when MOST_WAITING waited already."""
    return _came_beyond.get()


_wait_for_data = gthread.TConn.wait_for_data


def _wait_shortly(connection: gthread.TConn, _seconds: float | None) -> bool:
    """Not gunicorn's five seconds: a thousand idle connections kept everybody waiting (seen).

    Its constant for this is also the time for the rest of a body that nobody read; so short, that
    one would now and then end a kept-alive connection under load (seen).
    """
    seconds = LAST_WORD_SECONDS if _stopping.is_set() else FIRST_WORD_SECONDS
    return bool(_wait_for_data(connection, seconds))


gthread.TConn.wait_for_data = _wait_shortly  # type: ignore[assignment,method-assign]

_leaving: SimpleQueue[socket.socket | None] = SimpleQueue()
_close_gracefully = util.close_graceful


def _close_elsewhere(sock: socket.socket, timeout: float = 0, max_drain: int = 0) -> None:  # noqa: ARG001 - as it is called
    """Forty clients that did not close kept everybody waiting for 26 seconds (seen)."""
    if _leaving.qsize() < MOST_GOODBYES:
        _leaving.put(sock)
    else:
        util.close(sock)


def _see_off() -> None:
    while sock := _leaving.get():
        _close_gracefully(sock, GOODBYE_SECONDS)


util.close_graceful = _close_elsewhere
