"""Inboxes that cannot be believed now, each as a sentence; nothing while all is well."""

from __future__ import annotations

from schema.messages import message
from site_builder.survey import Survey, local


def sentences(survey: Survey) -> tuple[str, ...]:
    """Return a sentence for every inbox that is not as it should be."""
    return tuple(
        message(f"site.share.{share.state}", who=_who(share.path), since=_since(share.since)).text()
        for share in survey.data.shares
    )


def _who(path: str) -> str:
    return (message("site.share.named", path=path) if path else message("site.share.unnamed")).text()


def _since(moment: str) -> str:
    when = local(moment)
    return message("site.share.time", year=when.year, month=when.month, day=when.day, time=f"{when:%H:%M}").text()
