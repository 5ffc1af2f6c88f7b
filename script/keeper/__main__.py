"""Looks every two seconds whether a site wants a backup or a restore, and makes it. Runs in the bench's `sites` folder
with the bench's Python: -m keeper [--site NAME] [--once]."""

import argparse
import signal
import time
import traceback
from pathlib import Path

import frappe

from keeper.work import work_for

LOOK_EVERY = 2.0


def find_sites() -> list[str]:
	return sorted(path.parent.name for path in Path().glob("*/site_config.json"))


def main() -> None:
	parser = argparse.ArgumentParser(prog="keeper", description=__doc__)
	parser.add_argument("--site", help="this site only")
	parser.add_argument("--once", action="store_true", help="do what waits now, then end")
	options = parser.parse_args()
	signal.signal(signal.SIGTERM, stop)
	while True:
		for site in [options.site] if options.site else find_sites():
			look_at(site)
		if options.once:
			return
		time.sleep(LOOK_EVERY)


def stop(*_signal) -> None:
	raise SystemExit(0)


def look_at(site: str) -> None:
	"""A site that cannot be worked for today keeps no other one waiting."""
	try:
		frappe.init(site=site)
		frappe.connect()
		if "meeting_crm" in frappe.get_installed_apps():
			work_for(site)
	except Exception:
		traceback.print_exc()
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main()
