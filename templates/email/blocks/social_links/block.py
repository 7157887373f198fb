"""Where else the clinic can be found."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from campaigns.planning.blocks import Block, Letter, Problem
from campaigns.planning.fields import Choices, Line, Link, Part

NETWORKS = {
    "website": "Website",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "youtube": "YouTube",
    "tiktok": "TikTok",
    "x": "X",
    "threads": "Threads",
    "bluesky": "Bluesky",
}
Network = Annotated[
    Literal[
        "website", "facebook", "instagram", "linkedin", "youtube", "tiktok", "x", "threads",
        "bluesky",
    ],
    Choices(NETWORKS),
]  # fmt: skip


class Place(Part):
    """One place where the clinic can be found."""

    asks: ClassVar[str] = "Add a link"

    network: Network = Field("website", title="Where")
    url: Link = Field(title="Web address", description="The whole address of your page there.")

    @property
    def title(self) -> str:
        """What the link says."""
        return NETWORKS[self.network]


class SocialLinks(Block):
    """Where else the clinic can be found, in words: no pictures, no scripts of other hosts."""

    name: ClassVar[str] = "Links to your pages"
    purpose: ClassVar[str] = "Where else readers find you, in words that work with pictures off."
    order: ClassVar[int] = 160

    type: Literal["social_links"] = "social_links"
    heading: Line | None = Field(None, title="Heading", description="Such as Find us elsewhere.")
    links: list[Place] = Field(title="Links", description="One to six.", min_length=1, max_length=6)

    def problems(self, letter: Letter) -> Iterator[Problem]:
        """No page is listed twice."""
        urls = [each.url.rstrip("/") for each in self.links]
        for number, url in enumerate(urls):
            if url in urls[:number]:
                yield Problem(
                    field=f"links.{number}.url",
                    severity="warn",
                    message="This address stands here twice.",
                    mend="Take one of them out.",
                    sentence=url,
                )
