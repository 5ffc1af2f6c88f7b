"""script/server: sets the bench up where needed and runs it until Ctrl-C."""

from . import bench_setup, site, supervisor
from .output import say
from .settings import Settings


def main(settings: Settings) -> None:
	bench_setup.set_up(settings)
	supervisor.stop_on_signals()
	processes = supervisor.Supervisor(settings)
	processes.check_ports()
	try:
		processes.start_data_services()
		site.ensure_demo(settings)
		processes.start_rest()
		supervisor.wait_for_site(settings, settings.site)
		supervisor.say_where(settings)
		processes.watch()
	except KeyboardInterrupt:
		say("Stopping")
	finally:
		processes.stop()
	say("Everything is stopped")
