"""How this command is called from where the user stands, so that what is printed can be pasted."""

import os
import shutil
import sys
from pathlib import Path
from typing import Final

NAME: Final = "accord"


def own_name(called: str | None = None, folder: Path | None = None) -> str:
    """`accord` where the path has this very command, else its file: `.venv/bin/accord`."""
    beside = Path(sys.executable).parent / NAME
    own = Path(called or sys.argv[0]) if Path(called or sys.argv[0]).name == NAME else beside
    on_path = shutil.which(NAME)
    if on_path is not None and Path(on_path).absolute() == own.absolute():
        return NAME
    try:
        return str(own.absolute().relative_to((folder or Path.cwd()).absolute()))
    except ValueError:
        return os.fspath(own.absolute())
