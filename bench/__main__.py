"""`python -m bench [append|audit|http|…] [--smoke]`: all, or those named; small with --smoke."""

import argparse
import sys

from bench import (
    append,
    audit,
    batches,
    boarding,
    final,
    gates,
    history,
    holds,
    http,
    memory,
    overload,
    replay,
    seal,
    verify,
)

BENCHES = {
    "append": append.run,
    "http": http.run,
    "audit": audit.run,
    "replay": replay.run,
    "memory": memory.run,
    "verify": verify.run,
    "seal": seal.run,
    "final": final.run,
    "overload": overload.run,
    "history": history.run,
    "boarding": boarding.run,
    "batches": batches.run,
    "gates": gates.run,
    "holds": holds.run,
}


def main() -> int:
    """Run what is named; the worst exit status counts."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("bench", nargs="*", choices=[*BENCHES, []], help="all when none is named")
    parser.add_argument("--smoke", action="store_true", help="small, to see that it runs")
    arguments = parser.parse_args()
    statuses = []
    for name in arguments.bench or BENCHES:
        print(f"== {name}")
        statuses.append(BENCHES[name](smoke=arguments.smoke))
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main())
