"""Ring for workers: one bell for each batch that waits."""

from sqlalchemy import select

from campaigns.database import Session
from campaigns.delivery.models import Batch, BatchState
from campaigns.jobs import Job, enqueue

_MOST_BELLS = 16


def ring(session: Session, campaign_id: int) -> None:
    """Ring once for each waiting batch of a campaign, within reason, after commit."""
    waiting = session.scalars(
        select(Batch.id)
        .where(Batch.state == BatchState.WAITING, Batch.campaign_id == campaign_id)
        .order_by(Batch.id)
        .limit(_MOST_BELLS)
    )
    for batch_id in waiting:
        enqueue(session, Job.SEND_BATCH, batch_id=batch_id)
