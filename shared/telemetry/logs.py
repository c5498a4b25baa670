"""Structured logs: one JSON object a line on standard output, for `jq` and for machines."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any, cast

import msgspec
import structlog

Logger = structlog.typing.FilteringBoundLogger
_LEVELS = logging.getLevelNamesMapping()
_ENCODER = msgspec.json.Encoder(enc_hook=repr)


def configure_logs(service: str, level: str = "INFO") -> None:
    """Log as JSON lines that name the service, from this level up; libraries' logs too."""
    threshold = _LEVELS[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _named(service),
            structlog.processors.JSONRenderer(serializer=_encoded),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_ToStructlog()]
    root.setLevel(max(threshold, logging.WARNING))


def logger(name: str) -> Logger:
    """The log of one part of the program."""
    return cast("Logger", structlog.get_logger(part=name))


class _ToStructlog(logging.Handler):
    """Hands the records of libraries to the one log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the record's text; its exception, if any, goes with it."""
        log = cast("Logger", structlog.get_logger(part=record.name))
        log.log(record.levelno, record.getMessage(), exc_info=record.exc_info)


def _named(service: str) -> structlog.typing.Processor:
    def name(
        _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        event["service"] = service
        return event

    return name


def _encoded(event: Any, **_options: Any) -> bytes:  # noqa: ANN401 - structlog's serializer takes any object
    try:
        return _ENCODER.encode(event)
    except UnicodeEncodeError:  # a lone surrogate somewhere: a log line is no place to fail
        return json.dumps(event, default=repr).encode()
