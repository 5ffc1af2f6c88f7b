"""The settings of a project that decide about claims (B1), and when it is open."""

from dataclasses import asdict, dataclass
from datetime import date
from enum import Enum

MAX_PER_DAY = 100_000


@dataclass(frozen=True)
class ProjectRules:
	"""The settings of a project that decide about claims (B1). Days are counted days: see `is_counted`."""

	protection_days: int = 15
	count_weekends: bool = True
	count_holidays: bool = True
	reminder_days: int = 5
	extension_days: int = 1
	max_extensions: int = 5
	max_claims_per_person: int = 0
	cooldown_days: int = 0
	daily_minimum: int = 12
	daily_maximum: int = 20

	@classmethod
	def of(cls, values) -> "ProjectRules":
		"""From anything with `get`: a document, a row, a form. Missing numbers take the default."""
		return cls(
			**{
				name: type(default)(int(values.get(name)))
				for name, default in asdict(cls()).items()
				if values.get(name) not in (None, "")
			}
		)

	def as_dict(self) -> dict:
		return {name: int(value) for name, value in asdict(self).items()}

	def get_mistakes(self) -> list[str]:
		"""Fields whose value cannot work, in the order of the form."""
		return [
			name
			for name, wrong in (
				("protection_days", not 1 <= self.protection_days <= 3650),
				("reminder_days", not 0 <= self.reminder_days <= self.protection_days),
				("extension_days", not 1 <= self.extension_days <= 365),
				("max_extensions", not 0 <= self.max_extensions <= 1000),
				("max_claims_per_person", not 0 <= self.max_claims_per_person <= 1000),
				("cooldown_days", not 0 <= self.cooldown_days <= 3650),
				("daily_minimum", not 0 <= self.daily_minimum <= MAX_PER_DAY),
				("daily_maximum", not max(1, self.daily_minimum) <= self.daily_maximum <= MAX_PER_DAY),
			)
			if wrong
		]


class Reason(Enum):
	"""Why a claim stands as it does, or why a step is refused."""

	PROTECTED = "protected"
	SIGNED = "signed"
	EXPIRED = "expired"
	DEAD = "dead"
	RELEASED = "released"
	NOT_STARTED = "not started"
	FINISHED = "finished"
	CLOSED = "closed"
	DAILY_MAXIMUM = "daily maximum"
	CLAIMED_TOO_OFTEN = "claimed too often"
	COOLING_DOWN = "cooling down"
	EXTENSIONS_USED_UP = "extensions used up"


def get_project_obstacle(start_date: date | None, end_date: date | None, closed: bool, today: date) -> Reason | None:
	"""Why nothing can be claimed in a project on `today`; None while it is open."""
	if closed:
		return Reason.CLOSED
	if start_date and today < start_date:
		return Reason.NOT_STARTED
	if end_date and today > end_date:
		return Reason.FINISHED
	return None
