"""`python -m bench append|http|replay|memory [--smoke]`: figures as ratios, from one run."""

import sys
import tempfile
from pathlib import Path

from bench import append
from cli.stack.postgres import start_postgres


def main() -> None:
    commands = 2_000 if "--smoke" in sys.argv else 40_000
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        server = start_postgres(Path(folder, "pg"))
        try:
            print(append.measure(server, commands))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
