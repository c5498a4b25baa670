"""The reference pages that are derived from the code: `python -m tests.architecture.reference`.

With them the services' OpenAPI documents, in `docs/openapi`. Some pages are written whole; in
others only what stands between a `make reference` mark and its end is.
"""

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.contracts.catalog import EVENT_TYPES, NEWEST_TYPES
from tests.architecture.problem_types import problem_types
from tests.architecture.reference_blocks import BLOCKS
from tests.architecture.reference_rules import FOLDER, rules_page
from tests.support.documents import ASSEMBLED, PUBLISHED, assembled, published
from tests.support.witnesses import WitnessHost

BLOCK = re.compile(r"(<!-- make reference: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def events_page() -> str:
    """Every event type, its subject and its fields."""
    head = "# Events\n\nWritten by `make reference` from `shared/contracts`.\n\n"
    rows = "".join(
        f"| `{name}` | {event.SUBJECT} | {', '.join(event.__struct_fields__)} |"
        f" {'yes' if event in NEWEST_TYPES else 'read only'} |\n"
        for name, event in sorted(EVENT_TYPES.items())
    )
    return head + "| type | about | fields | recorded now |\n|---|---|---|---|\n" + rows


def problems_page() -> str:
    """Every problem type that the source declares, with its status and rule."""
    head = (
        "# Problems\n\nWritten by `make reference`. A rule in the problem itself may be more exact"
        " than its class's;\ntypes whose names are computed (`_PLAIN` in"
        " `shared/web/error_mapping.py`) are not in the table.\n\n"
        "| type | status | rule | declared in |\n|---|---|---|---|\n"
    )
    return head + "".join(
        f"| `{problem.type}` | {problem.status} | {problem.rule} | `{problem.file}` |\n"
        for problem in problem_types()
    )


def with_blocks(page: str) -> str:
    """A page as it stands, with each of its marked parts written anew."""
    text = (FOLDER / page).read_text(encoding="utf-8")
    return BLOCK.sub(lambda mark: f"{mark[1]}{BLOCKS[mark[2]]()}{mark[3]}", text)


PAGES: dict[str, Callable[[], str]] = {
    "rules.md": rules_page,
    "events.md": events_page,
    "problems.md": problems_page,
    "domain.md": lambda: with_blocks("domain.md"),
    "fees.md": lambda: with_blocks("fees.md"),
}


def write_documents() -> None:
    """What each service answers to `/openapi.json`, as files."""
    host = WitnessHost()
    try:
        PUBLISHED.mkdir(exist_ok=True)
        for service in ASSEMBLED:
            with TemporaryDirectory() as folder:
                document = assembled(service, Path(folder), host).openapi()
            (PUBLISHED / f"{service}.json").write_bytes(published(document))
    finally:
        host.stop()


if __name__ == "__main__":
    write_documents()
    for page, text in PAGES.items():
        (FOLDER / page).write_text(text(), encoding="utf-8")
