"""`python -m fuzz [--seconds N] [--seed N] [TARGET ...]`: a campaign, and what came of it."""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from fuzz.loop import campaign
from fuzz.targets import every


def main() -> int:
    """Run the campaigns; 1 when anything crashed."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for each target (60)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("targets", nargs="*", help="default: all")
    asked = parser.parse_args()
    crashes = 0
    with tempfile.TemporaryDirectory() as folder:
        targets = {target.name: target for target in every(Path(folder))}
        unknown = set(asked.targets) - targets.keys()
        if unknown:
            parser.error(f"no such target: {', '.join(unknown)}; there are {', '.join(targets)}")
        print(f"seed {asked.seed}")
        for name in asked.targets or targets:
            outcome = campaign(targets[name], seed=asked.seed, seconds=asked.seconds)
            print(
                f"{name}: {outcome.tried:,} inputs, {len(outcome.steps):,} steps of code reached, "
                f"{len(outcome.kept):,} inputs kept, {len(outcome.crashes)} crashes",
                flush=True,
            )
            for data, story in outcome.crashes:
                print(f"\n{data!r}\n{story}")
            crashes += len(outcome.crashes)
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
