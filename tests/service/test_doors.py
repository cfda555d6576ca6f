"""Every door has a worker of its own again, whoever dies and whoever leaves late."""

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, cast

import pytest

from quiz.web.gunicorn_worker import next_door


@dataclass
class Worker:
    age: int
    sockets: list[socket.socket]
    leaving: bool = False


@pytest.fixture(params=[1, 2, 3, 8])
def doors(request: pytest.FixtureRequest) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        yield [stack.enter_context(socket.socket()) for _ in range(request.param)]


def test_each_door_has_a_worker_when_all_have_left_who_are_leaving(
    doors: list[socket.socket],
) -> None:
    chance = random.Random(len(doors))  # noqa: S311 - the same in every run
    workers: list[Worker] = []
    whole = 0
    for _ in range(5000):
        while len(workers) > len(doors) and chance.random() < 0.8:
            gone = [worker for worker in workers if worker.leaving] or workers
            workers.remove(chance.choice(gone))
        if len(workers) >= len(doors):
            if not any(worker.leaving for worker in workers):
                whole += 1
                assert {worker.sockets[0] for worker in workers} == set(doors)
            if chance.random() < 0.3:  # a renewal
                for worker in workers:
                    worker.leaving = True
                for _ in doors:
                    workers.append(fresh(doors, workers))
            else:  # one dies
                workers.remove(chance.choice(workers))
        else:
            workers.append(fresh(doors, workers))
    assert whole > 100


def fresh(doors: list[socket.socket], workers: list[Worker]) -> Worker:
    age = max((worker.age for worker in workers), default=0) + 1
    return Worker(age, [next_door(doors, cast("Any", workers))])
