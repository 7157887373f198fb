"""Packages with their prices, and promotions with their arithmetic."""

from campaigns.web.pages.offers import (
    package_price,
    packages,
    promotion_form,
    promotions,
)

ROUTERS = (
    packages.router,
    package_price.router,
    promotion_form.router,
    promotions.router,
)
"""Addresses with fixed names stand before those with a name in them."""
