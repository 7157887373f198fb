"""How many people of a checked file live where the clinic does not market."""

from collections import Counter

from sqlalchemy import select

from campaigns.accounts.models import Organisation
from campaigns.contacts import details, spreadsheet
from campaigns.contacts.models import ContactUpload, UploadRefusal
from campaigns.contacts.regions import homes, is_within
from campaigns.database import Session


def outside(session: Session, upload: ContactUpload) -> int:
    """How many rows that would be taken name a region outside the clinic's (one pass)."""
    clinic, at = session.get(Organisation, 1), upload.mapping.get("region")
    if clinic is None or at is None or not upload.content or not clinic.regions:
        return 0
    refused = set(
        session.scalars(select(UploadRefusal.line).where(UploadRefusal.upload_id == upload.id))
    )
    rows = spreadsheet.unpacked(upload.content, titles=upload.titles, mapping={"region": at})
    named = Counter(
        (each.values["region"], each.values.get("state", ""))
        for each in rows
        if each.line not in refused and each.values["region"]
    )
    home = homes(session)
    return sum(
        number
        for (region, state), number in named.items()
        if not is_within(
            details.checked({"region": region, "state": state}, homes=home)["region"],
            clinic.regions,
        )
    )
