"""Intake put together: its views, the logs that it follows, its vault, its routers."""

from services.intake.api import (
    agreement_course,
    agreements,
    assurances,
    cases,
    categories,
    designations,
    documents,
    erasure,
    exceptions,
    exclusions,
    facts,
    hold_bodies,
    hold_list,
    holds,
    legs,
    manifests,
    onward_transfers,
    person_reads,
    persons,
    recalls,
    subject_export,
    who_is_who,
)
from services.intake.deadlines import fall_due
from services.intake.projections import VIEWS, vault_rows
from services.intake.queries import IntakeQueries
from services.intake.reactions import OF_BILLING, TYPES, react
from services.intake.settings import IntakeSettings
from services.intake.vault import Vault
from services.intake.vault_keys import KeyFile
from shared.ledger.runner import CommandRunner
from shared.messaging.broker import Broker
from shared.messaging.follower import Reaction
from shared.sealing.keyfiles import read_agreement_keys
from shared.service.log_service import LogService
from shared.service.program import started
from shared.web.app import App, Router


def create_app() -> App:
    """The service as its process runs it, by the environment."""
    return started("intake", IntakeSettings, assemble)


def assemble(settings: IntakeSettings, broker: Broker) -> App:
    """The service by these settings, its log published to `broker`."""
    service = LogService("intake", settings, broker, VIEWS)
    service.follow("placement", Reaction(TYPES, react))
    service.follow("billing", Reaction(OF_BILLING, react))
    service.keeps_deadlines(fall_due)
    runner, queries = service.runner, IntakeQueries(service.reads)
    vault = Vault(KeyFile(settings.vault_key_file))
    return service.app(
        agreements.router(runner, queries, read_agreement_keys(settings.jwks).fault),
        agreement_course.router(runner),
        *_of_persons(runner, queries, vault),
        cases.router(runner, queries),
        facts.router(runner),
        exclusions.router(runner),
        assurances.router(runner),
        holds.router(runner, queries),
        hold_list.router(queries),
        hold_bodies.router(runner),
        exceptions.router(runner, queries),
        manifests.router(runner, queries),
        legs.router(runner),
        recalls.router(runner),
        onward_transfers.router(runner),
    )


def _of_persons(runner: CommandRunner, queries: IntakeQueries, vault: Vault) -> tuple[Router, ...]:
    """`/v1/persons`, and who is who."""
    return (
        persons.router(runner, queries, vault, vault_rows),
        designations.router(runner, queries, vault, vault_rows),
        categories.router(runner),
        documents.router(runner, queries, vault, vault_rows),
        person_reads.router(runner, queries, vault),
        subject_export.router(runner, queries, vault),
        erasure.router(runner),
        who_is_who.router(runner),
    )
