"""How sending goes: the facts of `bedside status`, for a program that watches."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from campaigns.reporting import status as state
from campaigns.web.api.access import ByKey
from campaigns.web.dependencies import InTransaction

router = APIRouter(prefix="/api/v1")


@router.get("/status")
def status(session: InTransaction, _by: ByKey) -> dict[str, Any]:
    """What waits, who holds what, when it last moved, and what is to worry about."""
    now = state.status(session)
    return asdict(now) | {
        "campaigns": [
            {"name": name, "status": word, "status_reason": reason}
            for name, word, reason in now.campaigns
        ],
        "is_well": not now.worries,
        "sentences": state.sentences(now),
    }
