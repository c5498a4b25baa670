"""The smallest tree that has every room of the architecture and keeps every contract."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.source import ROOT

SERVICES = ("intake", "placement", "billing", "audit")
SERVICE_MODULES = {
    "__init__": "",
    "app": "import services.{s}.api\nimport services.{s}.queries\nimport services.{s}.settings\n",
    "settings": "import os\n",
    "reactions": "import shared.contracts\nimport services.{s}.domain\n",
    "projections": "import sqlalchemy\nimport services.{s}.tables\n",
    "queries": "import sqlalchemy\nimport services.{s}.tables\n",
    "tables": "import sqlalchemy\n",
    "api/__init__": "import fastapi\nimport shared.web\nimport services.{s}.domain\n",
    "domain/__init__": "",
    "domain/case": "import datetime\nimport msgspec\nimport shared.tariff\n",
    "domain/hold/__init__": "",
    "domain/hold/lift_hold": "import services.{s}.domain.case\n",
    "migrations/__init__": "",
    "migrations/env": "import alembic\nimport sqlalchemy\nimport services.{s}.tables\n",
}
MODULES = {
    "cli/__init__": "",
    "cli/keys/__init__": "",
    "cli/keys/tokens": "",
    "cli/main": "import alembic, rich, typer\nimport cli.keys.tokens, services.intake.app\n",
    "services/__init__": "",
    "services/intake/vault": "import cryptography\nimport services.intake.domain\n",
    "services/audit/findings": "import services.audit.domain\nimport shared.database\n",
    "services/audit/mirror/__init__": "import httpx\nimport services.audit.findings\n",
    "services/audit/witness/__init__": "import services.audit.mirror\n",
    "services/audit/watch/__init__": "import services.audit.mirror\n",
    "shared/__init__": "",
    "shared/kernel/__init__": "",
    "shared/kernel/money": "import fractions\nimport zoneinfo\n",
    "shared/kernel/dates": "import shared.kernel.money\n",
    "shared/contracts/__init__": "import msgspec\nimport shared.kernel.money, shared.tariff\n",
    "shared/telemetry/__init__": "import os\nimport shared.contracts\n",
    "shared/transparency/__init__": "import cryptography\nimport shared.contracts\n",
    "shared/database/__init__": "import asyncpg\nimport alembic\nimport sqlalchemy\n",
    "shared/ledger/__init__": "import asyncpg\nimport alembic\nimport shared.database\n",
    "shared/views/__init__": "import asyncpg\nimport sqlalchemy\nimport shared.ledger\n",
    "shared/sealing/__init__": "import sqlalchemy\nimport shared.ledger, shared.transparency\n",
    "shared/sealing/migrations": "import alembic\n",
    "shared/tariff/__init__": "import decimal\nimport shared.kernel.money\n",
    "shared/messaging/__init__": "import aiokafka\nimport shared.ledger\n",
    "shared/service/__init__": "import shared.messaging, shared.web\n",
    "shared/web/__init__": "import fastapi\nimport starlette\nimport shared.sealing\n",
    "shared/web/problems": "",
    "shared/web/routes": "import shared.web.problems\n",
    "shared/web/identity/__init__": "",
    "shared/web/identity/token_form": "import shared.web.problems\n",
    "shared/web/identity/verifier": "import shared.web.identity.token_form\n",
    **{
        f"services/{service}/{module}": text.format(s=service)
        for service in SERVICES
        for module, text in SERVICE_MODULES.items()
    },
}


@dataclass(frozen=True)
class Verdict:
    """What `lint-imports` said about a tree."""

    exit_status: int
    output: str

    @property
    def kept(self) -> set[str]:
        """The names of the contracts that the tree keeps."""
        return {*re.findall(r"^(.+) KEPT", self.output, re.MULTILINE)}

    @property
    def broken(self) -> set[str]:
        """The names of the contracts that the tree breaks."""
        return {*re.findall(r"^(.+) BROKEN", self.output, re.MULTILINE)}


def write_minimal_tree(root: Path) -> None:
    """Write the tree, with the project's own contracts, into an empty folder."""
    for module, text in MODULES.items():
        plant(root, module, text)
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (root / "pyproject.toml").write_text(pyproject, encoding="utf-8")


def plant(root: Path, module: str, text: str) -> None:
    """Add text to a module of the tree, which may be a new one."""
    path = root / f"{module}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def lint(root: Path) -> Verdict:
    """Run the real `lint-imports` on the tree."""
    command = Path(sys.executable).with_name("lint-imports")
    process = subprocess.run(
        [command, "--no-logo", "--no-cache"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "250"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Verdict(process.returncode, process.stdout + process.stderr)
