"""What each figure counts, in words that stand beside it; the same on every page and in exports."""

from collections.abc import Mapping

DEFINITIONS: Mapping[str, str] = {
    "audience": "Everyone the segment named when the campaign started. It never changes "
    "afterwards: each of them is in exactly one of the lines below.",
    "sent": "Messages that the mail server accepted. Accepted is not delivered: a message may "
    "still bounce later, or land among the spam.",
    "skipped": "People who were not written to, each for a named reason: no consent, suppressed, "
    "a booking to come, and so on.",
    "failed": "Messages that the mail server refused, or that could not be built.",
    "uncertain": "Messages that were handed over and whose answer never came. They are never sent "
    "again by themselves.",
    "waiting": "Messages that have not left yet, or are on their way at this moment.",
    "clickers": "People who followed at least one link, each counted once, out of the accepted "
    "messages. What scanners and previews follow is left out.",
    "openers": "People whose pictures were fetched by something that may be a person's mail "
    "program. Fetches by Apple's and Google's proxies are counted apart. An open proves nothing: "
    "nothing is decided on it.",
    "requested": "Bookings that were begun from a message of this campaign.",
    "bookings": "Bookings credited to this campaign that the desk confirmed: by promo code, else "
    "by the last link a person followed. An open never gives credit, and a booking counts for one "
    "campaign only.",
    "revenue": "The promised prices of those confirmed bookings. A cancelled booking takes its "
    "part back.",
    "unsubscribed": "People who withdrew from a topic through a link of this message.",
    "complained": "People whose mail provider told us that they marked the message as spam.",
    "bounced": "Messages that came back after the mail server had accepted them.",
    "machine_clicks": "Messages whose links were followed by programs only: three links within two "
    "seconds, the unsubscribe page among them, or a program that says what it is. Security "
    "scanners at companies do this before a person sees the message.",
    "machine_opens": "Messages whose pictures were fetched only by a mail provider's proxy, which "
    "does so whether or not anybody looks.",
}
"""A sentence or two for each figure; pages show it a press away."""
