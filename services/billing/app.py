"""Billing put together: its views, the two logs that it follows, its routers."""

from services.billing.api import (
    accounts,
    accruals,
    cancellations,
    disputes,
    exchange_rates,
    funding,
    invoices,
    payments,
    periods,
    prepayments,
    services,
    statements,
)
from services.billing.projections import VIEWS
from services.billing.queries import BillingReads
from services.billing.reactions import TO_INTAKE, TO_PLACEMENT
from shared.messaging.broker import Broker
from shared.service.log_service import LogService
from shared.service.program import started
from shared.service.settings import SealingSettings
from shared.web.app import App


def create_app() -> App:
    """The service as its process runs it, by the environment."""
    return started("billing", SealingSettings, assemble)


def assemble(settings: SealingSettings, broker: Broker) -> App:
    """The service by these settings, its log published to `broker`."""
    service = LogService("billing", settings, broker, VIEWS)
    service.follow("intake", TO_INTAKE)
    service.follow("placement", TO_PLACEMENT)
    runner = service.runner
    reads = BillingReads(service.reads, service.log.origin, runner.state)
    return service.app(
        accounts.router(reads),
        accruals.router(reads),
        prepayments.router(runner),
        periods.router(runner),
        invoices.router(runner, reads),
        disputes.router(runner),
        payments.router(runner),
        services.router(runner, reads),
        cancellations.router(runner),
        funding.router(runner, reads),
        statements.router(reads),
        exchange_rates.router(runner, reads),
    )
