"""Whether a file can grow, as its file system says: any worker may ask, and nothing is written.

What a refused answer tells is known in its own worker only, and forgotten when that one ends.
"""

import os
from pathlib import Path

LEAST = 2**20  # bytes; with less it is a matter of minutes


def no_room(what: str, file: Path) -> str | None:
    """Why its file system lets nothing be written to a file, which may be yet to be made."""
    try:
        return _wrong_with(what, file)
    except OSError as error:
        return f"The {what} can't be looked at ({error.strerror})."


def _wrong_with(what: str, file: Path) -> str | None:
    folder = next(place for place in file.parents if os.access(place, os.F_OK))
    can_be_used = os.access(folder, os.W_OK | os.X_OK)
    if not can_be_used or (file.exists() and not os.access(file, os.W_OK)):
        return f"The {what} can't be written: its folder or its disk is read-only for this server."
    disk = os.statvfs(folder)
    # Some file systems don't count.
    if disk.f_blocks and disk.f_bavail * disk.f_frsize < LEAST:
        return f"The disk of the {what} has less than 1 MiB left."
    return None
