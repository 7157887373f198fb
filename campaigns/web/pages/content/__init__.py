"""The content of a campaign: blocks as forms, the message beside them, its history."""

from campaigns.web.pages.content import (
    content_blocks,
    content_findings,
    content_history,
    content_preview,
    content_readers,
    own_html_page,
    own_html_pictures,
    pictures,
    step,
)

ROUTERS = (
    step.router,
    content_blocks.router,
    pictures.router,
    content_preview.router,
    content_readers.router,
    content_findings.router,
    own_html_page.router,
    own_html_pictures.router,
    content_history.router,
)
"""Addresses with fixed names stand before those with a name in them."""
