"""A short campaign against everything that reads strangers' words; `make weekly` runs a long one.

The chance is fixed, so that the same inputs are tried on every machine.
"""

from pathlib import Path

import pytest

from fuzz.loop import Target, campaign
from fuzz.targets import every

INPUTS = {
    "address": 3000,
    "token": 1500,
    "form": 150,
    "content": 60,
    "import": 800,
    "addresses": 150,
}


@pytest.mark.parametrize("name", INPUTS)
def test_odd_inputs_break_nothing(name: str, tmp_path: Path) -> None:
    (target,) = (target for target in every(tmp_path) if target.name == name)
    outcome = campaign(target, seed=7, inputs=INPUTS[name])
    assert outcome.tried == INPUTS[name]
    assert len(outcome.kept) > 1  # it found its way further than the first seed
    assert outcome.crashes == []


def locked(data: bytes) -> None:
    """Falls over behind four doors; by blind chance one input in four thousand million does."""
    if data[:1] != b"=":
        return
    if data[1:2] != b"%":
        return
    if data[2:3] != b"[":
        return
    if data[3:4] == b"&":
        raise ZeroDivisionError


def test_what_reaches_new_lines_leads_further() -> None:
    target = Target("locked", locked, [b"nothing"], inside=(__file__,))
    outcome = campaign(target, seed=7, inputs=20_000)
    assert [story.splitlines()[-1] for _data, story in outcome.crashes] == ["ZeroDivisionError"]


def test_without_guidance_the_same_is_not_found() -> None:
    target = Target("locked", locked, [b"nothing"], inside=("nowhere",))
    assert campaign(target, seed=7, inputs=20_000).crashes == []
