"""Which backups stay. Knows no Frappe."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

SCHEDULED, BY_HAND, SAFETY, UPLOADED = "Scheduled", "By Hand", "Before a Restore", "Uploaded"
ROTATED = (SCHEDULED, BY_HAND)


@dataclass(frozen=True)
class Backup:
	"""A good backup whose file is there."""

	name: str
	taken_on: datetime
	kind: str


@dataclass(frozen=True)
class Policy:
	"""How many days, weeks and months with a backup keep their latest one; what somebody made by hand, uploaded or was made
	before a restore stays so many days whatever the rest says."""

	daily: int = 7
	weekly: int = 4
	monthly: int = 12
	safety_days: int = 30


def choose_removable(backups: Iterable[Backup], today: date, policy: Policy) -> list[str]:
	"""Names of those to remove, oldest first. The latest one made here always stays."""
	newest_first = sorted(backups, key=lambda backup: backup.taken_on, reverse=True)
	rotated = [backup for backup in newest_first if backup.kind in ROTATED]
	kept = {backup.name for backup in [one for one in newest_first if one.kind != UPLOADED][:1]}
	kept |= _latest_of_each(rotated, lambda backup: backup.taken_on.date(), policy.daily)
	kept |= _latest_of_each(rotated, lambda backup: backup.taken_on.isocalendar()[:2], policy.weekly)
	kept |= _latest_of_each(rotated, lambda backup: (backup.taken_on.year, backup.taken_on.month), policy.monthly)
	young = today - timedelta(days=policy.safety_days)
	kept |= {backup.name for backup in newest_first if backup.kind != SCHEDULED and backup.taken_on.date() > young}
	return [backup.name for backup in reversed(newest_first) if backup.name not in kept]


def _latest_of_each(newest_first: list[Backup], period: Callable[[Backup], object], count: int) -> set[str]:
	latest: dict[object, str] = {}
	for backup in newest_first:
		latest.setdefault(period(backup), backup.name)
	return set(list(latest.values())[:count])
