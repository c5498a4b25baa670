"""Two governments' nodes: what both have cosigned is final, and what they saw differently is found."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from cli.stack.postgres import PostgresServer
from cli.tokens import new_keys
from services.audit import tables
from shared.ledger.migrations import upgrade
from shared.transparency.checkpoint import open_checkpoint
from shared.transparency.note import with_signatures
from shared.transparency.witness import read_cosignatures
from tests.integration.audit.network import NodeClient, World
from tests.support.entries import entry
from tests.support.mirrored_logs import LogDouble
from tests.support.signers import SLV, USA
from tests.support.waiting import until
