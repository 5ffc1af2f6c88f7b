"""Entry of the scripts: `python3 -m groundwork <command> [arguments]`."""

import sys

from . import processes, settings
from .output import fail


def main() -> None:
	command, *arguments = sys.argv[1:] or ["help"]
	try:
		current = settings.load()
	except settings.SettingError as error:
		fail(str(error))
	if command == "services":
		processes.services_main(current, arguments)
	elif command == "run":
		processes.replace_by(current, arguments[0])
	else:
		fail(f"Unknown command {command}. Use the files in script/.")


main()
