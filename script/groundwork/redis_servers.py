"""The two Redis servers: one for caches, one for background jobs and realtime messages."""

from . import mariadb, ports
from .settings import ROOT, Settings

NAMES = ("redis_cache", "redis_queue")


def server_command(settings: Settings, name: str) -> list[str]:
	folder = settings.data / name
	folder.mkdir(parents=True, exist_ok=True)
	return [
		mariadb.find_program("redis-server"),
		str(ROOT / "config" / f"{name}.conf"),
		"--port", str(settings.ports[name.upper()]),
		"--dir", str(folder),
	]  # fmt: skip


def is_ready(settings: Settings, name: str) -> bool:
	return ports.is_open(*settings.redis_address(name))
