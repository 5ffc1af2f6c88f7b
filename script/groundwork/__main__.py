"""Entry of the scripts: `python3 -m groundwork <command> [arguments]`."""

import sys

from . import bench_setup, processes, release_branch, server, settings, site, tests
from .output import fail


def main(command: str = "", *arguments: str) -> None:
	try:
		current = settings.load()
	except settings.SettingError as error:
		fail(str(error))
	if command == "setup":
		bench_setup.set_up(current, for_tests="--with-tests" in arguments)
	elif command == "server":
		server.main(current)
	elif command == "test":
		tests.main(current, list(arguments))
	elif command == "unit":
		tests.run_unit_tests(current, list(arguments))
	elif command == "release-branch":
		release_branch.main(current, list(arguments))
	elif command == "services":
		processes.services_main(current, list(arguments))
	elif command == "run":
		processes.replace_by(current, arguments[0])
	elif command == "allow-restore":
		site.allow_restore(current, arguments[0] if arguments else current.site)
	else:
		fail("Use the files in script/: setup, server, test, unit, release-branch, services, run, allow-restore.")


try:
	main(*sys.argv[1:])
except KeyboardInterrupt:
	print("\nStopped. The same command goes on where this run ended.", file=sys.stderr)
	sys.exit(130)
