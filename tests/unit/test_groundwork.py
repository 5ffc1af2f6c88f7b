"""Set-up and start: settings, ports, stamps, and the words people read when something is missing. Needs no site."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "script"))

from groundwork import bench_setup, packages, ports, processes, settings, site, stamps, supervisor  # noqa: E402


def make_settings(tmp_path: Path, **values: str) -> settings.Settings:
	values = {f"MEETING_{key}": value for key, value in values.items()}
	return settings.Settings(bench=tmp_path, ports=settings.read_ports(values), values=values)


def test_one_offset_moves_every_port():
	ports_by_default = settings.read_ports({})
	moved = settings.read_ports({"MEETING_PORT_OFFSET": "100"})
	assert moved == {name: port + 100 for name, port in ports_by_default.items()}


def test_a_named_port_wins_over_the_offset():
	assert settings.read_ports({"MEETING_PORT_OFFSET": "100", "MEETING_WEB_PORT": "8888"})["WEB"] == 8888


@pytest.mark.parametrize("value", ["web", "70000", "0", "-5"])
def test_an_impossible_port_is_named(value):
	with pytest.raises(settings.SettingError, match="MEETING_WEB_PORT"):
		settings.read_ports({"MEETING_WEB_PORT": value})


def test_env_file(tmp_path):
	path = tmp_path / ".env"
	path.write_text("# a comment\nMEETING_PORT_OFFSET = 200\nMEETING_SITE='a.localhost'\n\n")
	assert settings.read_env_file(path) == {"MEETING_PORT_OFFSET": "200", "MEETING_SITE": "a.localhost"}
	assert settings.read_env_file(tmp_path / "none") == {}


def test_given_servers_are_not_started(tmp_path):
	given = make_settings(tmp_path, DB_HOST="db.example", DB_PORT="3307", REDIS_QUEUE="redis://queue.example:6400")
	assert processes.own_data_services(given) == ["redis_cache"]
	assert (given.db_host, given.db_port) == ("db.example", 3307)
	assert given.redis_address("redis_queue") == ("queue.example", 6400)


def test_socket_path_stays_short(tmp_path):
	deep = make_settings(tmp_path / ("deep" * 30))
	assert len(str(deep.mariadb_socket)) <= settings.MAX_SOCKET_PATH


def test_a_busy_port_is_named_with_its_process(tmp_path, capsys):
	with socket.socket() as listener:
		listener.bind(("127.0.0.1", 0))
		listener.listen()
		port = listener.getsockname()[1]
		with pytest.raises(SystemExit):
			processes.check_port(make_settings(tmp_path, WEB_PORT=str(port)), "web")
	said = capsys.readouterr().err
	assert f"Port {port} for web is taken by process" in said
	assert "MEETING_WEB_PORT" in said and "MEETING_PORT_OFFSET" in said


def test_picked_ports_are_free_and_different():
	picked = ports.pick_free(5)
	assert len(set(picked)) == 5
	assert all(ports.is_free(port) for port in picked)


def test_stamps_see_every_change(tmp_path):
	file = tmp_path / "a.txt"
	file.write_text("one")
	before = stamps.digest("step", file)
	file.write_text("two")
	assert stamps.digest("step", file) != before
	file.unlink()
	assert stamps.digest("step", file) != before


def test_a_kept_site_is_made_again_when_it_would_be_made_otherwise(tmp_path, monkeypatch):
	monkeypatch.setattr(site, "PACKAGE", tmp_path)
	for name in ("doctype.json", "room/wiring.py", "room/record.py", "setup/install.py", "public/dist/built.json"):
		(tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
		(tmp_path / name).write_text("")

	def is_made_again(name: str, text: str) -> bool:
		before = site.install_value()
		(tmp_path / name).write_text(text)
		return site.install_value() != before

	index = "def on_doctype_update():\n\tadd_index(['a'])\n"
	assert is_made_again("doctype.json", "{}")
	assert is_made_again("room/wiring.py", "EVENTS = {}")
	assert is_made_again("setup/install.py", "print()")
	assert is_made_again("room/record.py", f"class A: pass\n\n\n{index}")
	assert not is_made_again("room/record.py", f"class A:\n\tb = 1\n\n\n{index}\n\ndef other(): pass\n")
	assert is_made_again("room/record.py", index.replace("'a'", "'b'"))
	assert not is_made_again("public/dist/built.json", "{}")


def test_every_line_of_the_procfile_can_run(tmp_path):
	assert list(supervisor.read_procfile()) == [
		"mariadb", "redis_cache", "redis_queue", "web", "socketio", "schedule", "worker", "keeper",
	]  # fmt: skip
	for name, line in supervisor.read_procfile().items():
		assert line == f"script/run {name}"
		assert processes.command_of(make_settings(tmp_path), name)


MISSING = packages.Need("drawing unicorns", packages.has_program("no-such-program"), ("unicorn-tools",))


def test_missing_packages_without_rights_are_named_with_the_command(monkeypatch, capsys):
	monkeypatch.setattr(packages, "root_prefix", lambda: None)
	monkeypatch.setattr(packages, "is_known", lambda package: False)
	with pytest.raises(SystemExit):
		packages.ensure((MISSING,))
	said = capsys.readouterr().err
	assert "unicorn-tools" in said and "drawing unicorns" in said
	assert "apt-get install -y unicorn-tools" in said


def test_missing_packages_without_apt_are_named(monkeypatch, capsys):
	monkeypatch.setattr(packages.shutil, "which", lambda name, **_: None)
	with pytest.raises(SystemExit):
		packages.install([MISSING])
	assert "no apt-get" in capsys.readouterr().err


def test_a_named_browser_is_taken_as_it_is(monkeypatch, capsys):
	monkeypatch.setattr(packages, "root_prefix", lambda: pytest.fail("nothing is to be installed"))
	monkeypatch.setenv("CHROMIUM", sys.executable)
	bench_setup.ensure_browser()
	monkeypatch.setenv("CHROMIUM", "/no/such/chrome")
	with pytest.raises(SystemExit):
		bench_setup.ensure_browser()
	assert "/no/such/chrome" in capsys.readouterr().err


def test_scripts_refuse_nonsense():
	answer = subprocess.run(
		[ROOT / "script" / "services", "status"],
		env={"PATH": "/usr/bin:/bin", "MEETING_PORT_OFFSET": "many"},
		capture_output=True,
		text=True,
	)
	assert answer.returncode == 1
	assert "MEETING_PORT_OFFSET is 'many', which is no number" in answer.stderr


START_TWO = """
import sys, time
from pathlib import Path
from groundwork import settings, supervisor

current = settings.Settings(bench=Path(sys.argv[1]), ports={}, values={})
processes = supervisor.Supervisor(current)
processes.lines = {"schedule": sys.argv[2], "worker": "sleep 300"}
try:
	processes.start_rest()
	print(*(process.pid for process in processes.running.values()), flush=True)
	processes.watch()
finally:
	processes.stop()
"""


def start_two(folder: Path, line: str) -> tuple[subprocess.Popen, list[int]]:
	process = subprocess.Popen(
		[sys.executable, "-c", START_TWO, folder, line],
		env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "script")},
		stdout=subprocess.PIPE,
		stderr=subprocess.PIPE,
		text=True,
	)
	return process, [int(pid) for pid in process.stdout.readline().split()]


def is_alive(pid: int) -> bool:
	return processes.start_time(pid) is not None


def wait_until_gone(pids: list[int], timeout: float = 15) -> None:
	deadline = time.monotonic() + timeout
	while any(map(is_alive, pids)):
		assert time.monotonic() < deadline, f"still running: {[pid for pid in pids if is_alive(pid)]}"
		time.sleep(0.05)


def test_nothing_outlives_a_killed_supervisor(tmp_path):
	process, pids = start_two(tmp_path, "sleep 300")
	assert len(pids) == 2 and all(map(is_alive, pids))
	process.kill()
	process.communicate()
	wait_until_gone(pids)


def test_one_ended_process_stops_all_and_is_named(tmp_path):
	process, pids = start_two(tmp_path, "sh -c 'sleep 0.5; echo out of paper; exit 3'")
	_, said = process.communicate(timeout=30)
	assert process.returncode == 1
	assert "schedule ended with code 3" in said and "out of paper" in said
	wait_until_gone(pids)
