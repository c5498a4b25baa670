"""Placement put together: its views, the log that it follows, its routers."""

from services.placement import followed
from services.placement.api import (
    arrivals,
    bed_board,
    custodies,
    exceptions,
    facilities,
    fitness,
    headcounts,
    incidents,
    lawful_ends,
    locator,
    onward_transfers,
    returns,
    unknown_persons,
)
from services.placement.deadlines import fall_due
from services.placement.projections import VIEWS
from services.placement.queries.bed_board import BedBoardReads
from services.placement.queries.exceptions import ExceptionReads
from services.placement.queries.fitness import FitnessReads
from services.placement.queries.incidents import IncidentReads
from services.placement.queries.lawful_ends import LawfulEndReads
from services.placement.queries.locator import LocatorReads
from services.placement.queries.onward_transfers import OnwardReads
from services.placement.queries.returns import ReturnReads
from services.placement.queries.stays import PlacementReads
from services.placement.queries.unknown_persons import UnknownPersonReads
from services.placement.reactions import TYPES, react
from shared.messaging.broker import Broker
from shared.messaging.follower import Reaction
from shared.service.log_service import LogService
from shared.service.program import started
from shared.service.settings import SealingSettings
from shared.web.app import App


def create_app() -> App:
    """The service as its process runs it, by the environment."""
    return started("placement", SealingSettings, assemble)


def assemble(settings: SealingSettings, broker: Broker) -> App:
    """The service by these settings, its log published to `broker`."""
    service = LogService("placement", settings, broker, VIEWS)
    service.follow("intake", Reaction((*TYPES, *followed.TYPES), react, followed.followed))
    service.keeps_deadlines(fall_due)
    runner, reads = service.runner, PlacementReads(service.reads)
    return service.app(
        facilities.router(runner, reads),
        fitness.router(runner, FitnessReads(service.reads)),
        headcounts.router(runner, reads),
        unknown_persons.router(runner, UnknownPersonReads(service.reads)),
        custodies.router(runner, reads),
        arrivals.router(runner),
        returns.router(runner, ReturnReads(service.reads)),
        onward_transfers.router(runner, OnwardReads(service.reads)),
        incidents.router(runner, IncidentReads(service.reads)),
        lawful_ends.router(runner, LawfulEndReads(service.reads)),
        locator.router(runner, LocatorReads(service.reads), service.program.metrics),
        exceptions.router(ExceptionReads(service.reads)),
        bed_board.router(BedBoardReads(service.reads)),
    )
