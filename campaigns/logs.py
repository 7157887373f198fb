"""Structured logs on standard error, with every address masked."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from campaigns import addresses


def _mask(value: Any) -> Any:
    if isinstance(value, str):
        return addresses.mask_all(value)
    if isinstance(value, dict):
        return {_mask(key): _mask(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_mask(each) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return addresses.mask_all(repr(value))


def mask_addresses(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: no address leaves in a log line, whatever field it came in."""
    return {str(_mask(key)): _mask(value) for key, value in event.items()}


def configure(*, log_format: str, level: str) -> None:
    """Route structlog and the standard library's loggers through one masked handler."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                mask_addresses,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())


def get(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; call it as `log.info("what happened", campaign=7)`."""
    return structlog.stdlib.get_logger(name)
