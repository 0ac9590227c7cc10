"""What a look at a refused journal has found, and what was made of it, in words and commands for a person."""

from datetime import UTC, datetime

from shopfloor.service.recovery import Findings
from shopfloor.service.store import database_path


def findings_told(findings: Findings, url: str) -> str:
    """With the commands that come next."""
    at = datetime.fromtimestamp(findings.good_at / 1000, UTC).isoformat(timespec="seconds")
    lines = [
        f"store      {findings.store}",
        f"good       entries 1 to {findings.good}, the last at {at}",
    ]
    if findings.whole:
        return "\n".join([*lines, "damage     none: start it with 'shopfloor serve'"])
    database = database_path(url)
    fresh = f"sqlite:///{database.with_name(f'{database.stem}-recovered{database.suffix}')}"
    kinds = ", ".join(f"{count} {kind}" for kind, count in findings.behind.items()) or "none"
    return "\n".join(
        [
            *lines,
            f"damage     {findings.damage}",
            f"lost       {findings.lost} entries at the least",
            f"readable   behind the damage, not to be trusted: {kinds}",
            "",
            "If there is a backup that ends later, put it in the place of the database (its -wal and -shm away, the",
            ".anchor left), and look again. To go on with the good entries; the files here stay as evidence:",
            f"  shopfloor recover --db {url} --into {fresh} --accept-loss {findings.lost}",
            f"  shopfloor serve --db {fresh}",
        ]
    )


def recovery_told(findings: Findings, into: str) -> str:
    """What people have to do now."""
    return "\n".join(
        [
            f"{into} has the entries 1 to {findings.good}, and one that tells the floor of the loss.",
            f"Go on with: shopfloor serve --db {into}",
            "Then start every device anew: it sends what was not answered, and answers again what it is asked again.",
            "Count the bins, close the terminals' day, look for the phones, and ask in the hall who has which number:",
            f"the floor has forgotten what at least {findings.lost} entries told it.",
        ]
    )
