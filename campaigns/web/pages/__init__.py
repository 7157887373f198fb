"""The staff's desk, page by page; each router begins with /desk."""

from campaigns.web.pages import signing_in

ROUTERS = (signing_in.router,)
"""Every page of the desk; those with fixed names stand before those with a name in the address."""
