"""Inboxes that cannot be believed now, each as a sentence; nothing while all is well."""

from __future__ import annotations

from site_builder.survey import Survey, local


def sentences(survey: Survey) -> tuple[str, ...]:
    """Return a sentence for every inbox that is not as it should be."""
    return tuple(
        survey.say(f"site.share.{share.state}", who=_who(survey, share.path), since=_since(survey, share.since))
        for share in survey.data.shares
    )


def _who(survey: Survey, path: str) -> str:
    return survey.say("site.share.named", path=path) if path else survey.say("site.share.unnamed")


def _since(survey: Survey, moment: str) -> str:
    when = local(moment)
    return survey.say("site.share.time", year=when.year, month=when.month, day=when.day, time=f"{when:%H:%M}")
