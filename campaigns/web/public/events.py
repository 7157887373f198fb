"""The events of our messages, as files that any calendar takes."""

from fastapi import APIRouter, Response

from campaigns import icalendar
from campaigns.rendering import event_file
from campaigns.web.dependencies import InTransaction

router = APIRouter()


@router.api_route("/e/{token}/{block}.ics", methods=["GET", "HEAD"])
def calendar_entry(session: InTransaction, token: str, block: str) -> Response:
    """One event as its message said it when it was approved."""
    return Response(
        event_file.made(session, token, block),
        media_type=icalendar.MEDIA_TYPE,
        headers={"Content-Disposition": 'attachment; filename="event.ics"'},
    )
