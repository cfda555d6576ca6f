"""Where templates and static files are: in the installed package, or beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def templates_folder() -> Path:
    """The folder of Jinja templates. Raises FileNotFoundError when there is none."""
    return _folder("templates")


def static_folder() -> Path:
    """The folder of files sent as they are. Raises FileNotFoundError when there is none."""
    return _folder("static")


def _folder(name: str) -> Path:
    candidates = (_PACKAGE / "_site" / name, _PACKAGE.parent / name)
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"No folder {name}: looked at {' and '.join(map(str, candidates))}.")
