"""The dependency rule: the tree keeps it, and a planted violation of each contract is caught."""

import shutil
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.import_contracts import PURE_STANDARD_LIBRARY
from tests.architecture.minimal_tree import Verdict, lint, plant, write_minimal_tree
from tests.architecture.source import PRODUCT, ROOT

ORDER = "cli above services above shared"
SIBLINGS = "services do not import one another and there are no others"
ROOMS = "rooms of a service"
TABLES = "tables are for projections, queries and migrations"
SETTINGS = "settings are for app"
MIGRATIONS = "migrations are nobody's import"
SHARED = "rooms of shared"
WEB = "rooms of web"
ROOTS = "package roots import nothing"
KERNEL = "kernel is pure"
CONTRACTS = "contracts are pure"
TARIFF = "tariff is pure"
TRANSPARENCY = "transparency is pure"
DOMAINS = "domains are pure"
AIOKAFKA = "aiokafka only in messaging"
FASTAPI = "FastAPI only in web and api"
SQLALCHEMY = "SQLAlchemy only in database, ledger, sealing, views and behind read models"
ASYNCPG = "asyncpg only in database, ledger and views"
ALEMBIC = "alembic only in database, ledger, sealing, migrations and cli"
NO_LEDGER = "the audit owns no ledger"
RFC8785 = "rfc8785 only in contracts"
TERMINAL = "Typer, Rich and PyArrow only in cli"
CIRCLES = "no circles inside a room"
TESTS = "tests and benchmarks are nobody's import"


@dataclass(frozen=True)
class Violation:
    """One import in one module, and the contracts that it breaks."""

    module: str
    imported: str
    broken: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.module}-{self.imported or 'exists'}"


VIOLATIONS = [
    Violation("services/intake/app", "cli.main", (ORDER,)),
    Violation("shared/ledger/store", "cli.keys.tokens", (ORDER,)),
    Violation("shared/ledger/store", "services.intake.queries", (ORDER,)),
    Violation("services/intake/reactions", "services.placement.domain", (SIBLINGS,)),
    Violation("services/audit/app", "services.billing.domain", (SIBLINGS,)),
    Violation("services/billing/app", "services.audit.domain", (SIBLINGS,)),
    Violation("services/courier/__init__", "", (SIBLINGS,)),
    Violation("services/intake/helpers", "", (ROOMS,)),
    Violation("services/audit/helpers", "", (ROOMS,)),
    Violation("services/intake/reactions", "services.intake.app", (ROOMS,)),
    Violation("services/intake/queries", "services.intake.api", (ROOMS,)),
    Violation("services/intake/queries", "services.intake.projections", (ROOMS,)),
    Violation("services/intake/reactions", "services.intake.api", (ROOMS,)),
    Violation("services/intake/tables", "services.intake.queries", (ROOMS,)),
    Violation("services/intake/vault", "services.intake.reactions", (ROOMS,)),
    Violation("services/intake/settings", "services.intake.domain", (ROOMS,)),
    Violation("services/audit/findings", "services.audit.mirror", (ROOMS,)),
    Violation("services/audit/mirror/store", "services.audit.witness", (ROOMS,)),
    Violation("services/audit/mirror/store", "services.audit.queries", (ROOMS,)),
    Violation("services/audit/mirror/store", "services.audit.tables", (TABLES,)),
    Violation("services/audit/mirror/store", "sqlalchemy", (SQLALCHEMY,)),
    Violation("services/audit/witness/seen", "asyncpg", (ASYNCPG,)),
    Violation("services/audit/witness/seen", "services.audit.watch", (ROOMS,)),
    Violation("services/audit/watch/peer", "services.audit.api", (ROOMS,)),
    Violation("services/audit/watch/peer", "fastapi", (FASTAPI,)),
    Violation("services/audit/domain/replay", "services.audit.mirror", (ROOMS, DOMAINS)),
    Violation("services/intake/domain/case", "services.intake.vault", (ROOMS, DOMAINS)),
    Violation("services/intake/app", "services.intake.tables", (TABLES,)),
    Violation("services/intake/api/cases", "services.intake.tables", (TABLES,)),
    Violation("services/intake/reactions", "services.intake.tables", (TABLES,)),
    Violation("cli/main", "services.intake.tables", (TABLES,)),
    Violation("services/intake/queries", "services.intake.settings", (SETTINGS,)),
    Violation("cli/main", "services.billing.settings", (SETTINGS,)),
    Violation("services/intake/app", "services.intake.migrations.env", (MIGRATIONS,)),
    Violation("shared/courier/__init__", "", (SHARED,)),
    Violation("shared/web/problems", "shared.messaging", (SHARED,)),
    Violation("shared/web/helpers", "", (WEB,)),
    Violation("shared/web/identity/verifier", "shared.web.routes", (WEB,)),
    Violation("shared/tariff/component", "shared.contracts", (SHARED, TARIFF)),
    Violation("shared/web/problems", "shared.service", (SHARED,)),
    Violation("shared/messaging/relay", "shared.service", (SHARED,)),
    Violation("shared/service/program", "fastapi", (FASTAPI,)),
    Violation("shared/ledger/store", "shared.web", (SHARED,)),
    Violation("shared/ledger/store", "shared.sealing", (SHARED,)),
    Violation("shared/ledger/store", "shared.views", (SHARED,)),
    Violation("shared/database/reads", "shared.ledger", (SHARED,)),
    Violation("services/audit/queries", "shared.ledger", (NO_LEDGER,)),
    Violation("shared/sealing/sealer", "shared.web", (SHARED,)),
    Violation("shared/sealing/sealer", "shared.messaging", (SHARED,)),
    Violation("shared/telemetry/logs", "shared.ledger", (SHARED,)),
    Violation("shared/telemetry/logs", "shared.transparency", (SHARED,)),
    Violation("shared/transparency/tiles", "shared.telemetry", (SHARED, TRANSPARENCY)),
    Violation("shared/kernel/money", "shared.contracts", (SHARED, KERNEL)),
    Violation("services/__init__", "os", (ROOTS,)),
    Violation("services/intake/__init__", "os", (ROOTS,)),
    Violation("shared/__init__", "msgspec", (ROOTS,)),
    Violation("shared/kernel/money", "cryptography", (KERNEL,)),
    Violation("shared/kernel/money", "pydantic", (KERNEL,)),
    Violation("shared/contracts/intake", "yaml", (CONTRACTS,)),
    Violation("shared/tariff/nights", "shared.telemetry", (SHARED, TARIFF)),
    Violation("shared/tariff/nights", "random", (TARIFF,)),
    Violation("shared/transparency/tiles", "httpx", (TRANSPARENCY,)),
    Violation("services/intake/domain/hold", "shared.ledger", (DOMAINS,)),
    Violation("services/billing/domain/case", "cryptography", (DOMAINS,)),
    Violation("services/audit/domain/case", "os.path", (DOMAINS,)),
    Violation("shared/web/problems", "aiokafka", (AIOKAFKA,)),
    Violation("services/intake/app", "aiokafka.errors", (AIOKAFKA,)),
    Violation("services/intake/app", "fastapi", (FASTAPI,)),
    Violation("shared/messaging/relay", "starlette.responses", (FASTAPI,)),
    Violation("services/intake/api/cases", "sqlalchemy.ext.asyncio", (SQLALCHEMY,)),
    Violation("services/intake/app", "sqlalchemy", (SQLALCHEMY,)),
    Violation("cli/main", "sqlalchemy", (SQLALCHEMY,)),
    Violation("services/intake/queries", "asyncpg", (ASYNCPG,)),
    Violation("shared/sealing/postgres", "asyncpg", (ASYNCPG,)),
    Violation("shared/sealing/postgres", "fastapi", (FASTAPI,)),
    Violation("shared/sealing/postgres", "alembic", (ALEMBIC,)),
    Violation("shared/web/problems", "alembic.config", (ALEMBIC,)),
    Violation("services/intake/domain/agreement", "rfc8785", (DOMAINS, RFC8785)),
    Violation("shared/ledger/store", "rfc8785", (RFC8785,)),
    Violation("services/intake/app", "rich", (TERMINAL,)),
    Violation("shared/telemetry/logs", "typer", (TERMINAL,)),
    Violation("cli/keys/tokens", "cli.main", (CIRCLES,)),
    Violation("services/intake/domain/case", "services.intake.domain.hold.lift_hold", (CIRCLES,)),
    Violation("shared/kernel/money", "shared.kernel.dates", (CIRCLES,)),
    Violation("shared/web/identity/token_form", "shared.web.identity.verifier", (CIRCLES,)),
    Violation("cli/main", "tests.support", (TESTS,)),
    Violation("shared/ledger/store", "bench", (TESTS,)),
]


def contract_names() -> set[str]:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"] for contract in configuration["tool"]["importlinter"]["contracts"]}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write_minimal_tree(tmp_path)
    return tmp_path


def test_the_tree_keeps_every_contract() -> None:
    verdict = lint(ROOT)
    assert (verdict.exit_status, verdict.kept, verdict.broken) == (0, contract_names(), set()), (
        verdict.output
    )


def test_the_minimal_tree_keeps_every_contract(tree: Path) -> None:
    verdict = lint(tree)
    assert (verdict.exit_status, verdict.kept) == (0, contract_names()), verdict.output


def test_the_contracts_stand_before_audit_and_transparency_exist(tree: Path) -> None:
    shutil.rmtree(tree / "services" / "audit")
    shutil.rmtree(tree / "shared" / "transparency")
    verdict = lint(tree)
    assert (verdict.exit_status, verdict.kept) == (0, contract_names()), verdict.output


@pytest.mark.parametrize("violation", VIOLATIONS, ids=str)
def test_a_planted_violation_is_caught(tree: Path, violation: Violation) -> None:
    statement = f"import {violation.imported}\n" if violation.imported else ""
    plant(tree, violation.module, statement)
    assert_caught(lint(tree), {*violation.broken})


def assert_caught(verdict: Verdict, broken: set[str]) -> None:
    assert (verdict.exit_status, verdict.broken) == (1, broken), verdict.output
    assert verdict.kept == contract_names() - broken


def test_an_import_inside_a_function_or_for_types_only_is_caught_too(tree: Path) -> None:
    plant(tree, "services/intake/reactions", "def react():\n    import services.billing.domain\n")
    plant(tree, "services/intake/queries", "if TYPE_CHECKING:\n    import asyncpg\n")
    plant(tree, "shared/kernel/money", "if TYPE_CHECKING:\n    import shared.kernel.dates\n")
    assert_caught(lint(tree), {SIBLINGS, ASYNCPG, CIRCLES})


@pytest.mark.parametrize(
    ("module", "contract"),
    [
        ("shared/kernel/money", KERNEL),
        ("shared/contracts/intake", CONTRACTS),
        ("shared/tariff/nights", TARIFF),
        ("shared/transparency/tiles", TRANSPARENCY),
        ("services/placement/domain/facility", DOMAINS),
    ],
)
def test_no_impure_standard_module_reaches_a_pure_room(
    tree: Path, module: str, contract: str
) -> None:
    impure = sorted(sys.stdlib_module_names - PURE_STANDARD_LIBRARY)
    plant(tree, module, "".join(f"import {name}\n" for name in impure))
    verdict = lint(tree)
    assert_caught(verdict, {contract})
    assert [name for name in impure if f" imports {name} (line" not in verdict.output] == []


def test_the_pure_standard_library_is_spelt_as_python_spells_it() -> None:
    assert PURE_STANDARD_LIBRARY - sys.stdlib_module_names == set()


def test_every_contract_has_a_planted_violation() -> None:
    assert {name for violation in VIOLATIONS for name in violation.broken} == contract_names()


def test_every_folder_of_the_product_is_a_package_that_the_contracts_see() -> None:
    folders = {path.parent for folder in PRODUCT for path in (ROOT / folder).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize(
    ("room", "service"),
    [
        ("vault", "intake"),
        ("findings", "audit"),
        ("mirror", "audit"),
        ("witness", "audit"),
        ("watch", "audit"),
    ],
)
def test_a_room_of_one_service_is_no_other_service_s(room: str, service: str) -> None:
    held = {path.parent.name for path in (ROOT / "services").glob(f"*/{room}*")}
    assert held == {service}
