"""Who does the work: `celery -A workers worker`, or `bedside-worker`."""

from workers.app import app

__all__ = ["app"]
