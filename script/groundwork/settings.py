"""Where things are and which ports they use: the environment, then the file `.env`, then a default."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_PORTS = {"WEB": 8000, "SOCKETIO": 9000, "REDIS_QUEUE": 11000, "REDIS_CACHE": 13000, "MARIADB": 13306}
MAX_SOCKET_PATH = 100


class SettingError(Exception):
	"""A setting that cannot be used; the text says which one and what to do."""


def read_env_file(path: Path) -> dict[str, str]:
	if not path.exists():
		return {}
	lines = (line.strip() for line in path.read_text().splitlines())
	pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
	return {key.strip(): value.strip().strip("\"'") for key, value in pairs}


@dataclass(frozen=True)
class Settings:
	"""One bench: the checkout itself, or the test bench inside it."""

	bench: Path
	ports: dict[str, int]
	values: dict[str, str]

	def get(self, name: str, default: str = "") -> str:
		return self.values.get(f"MEETING_{name}", default)

	@cached_property
	def bind(self) -> str:
		return self.get("BIND", "127.0.0.1")

	@cached_property
	def site(self) -> str:
		return self.get("SITE", "meeting.localhost")

	@property
	def sites(self) -> Path:
		return self.bench / "sites"

	@property
	def logs(self) -> Path:
		return self.bench / "logs"

	@property
	def pids(self) -> Path:
		return self.bench / "config" / "pids"

	@property
	def data(self) -> Path:
		return self.bench / "data"

	@property
	def has_own_mariadb(self) -> bool:
		return not self.get("DB_HOST")

	def has_own_redis(self, name: str) -> bool:
		return not self.get(name.upper())

	@property
	def db_host(self) -> str:
		return self.get("DB_HOST", "127.0.0.1")

	@property
	def db_port(self) -> int:
		return self.ports["MARIADB"] if self.has_own_mariadb else int(self.get("DB_PORT", "3306"))

	@property
	def db_root_user(self) -> str:
		return self.get("DB_ROOT_USER", "root")

	def redis_url(self, name: str) -> str:
		return self.get(name.upper()) or f"redis://127.0.0.1:{self.ports[name.upper()]}"

	def redis_address(self, name: str) -> tuple[str, int]:
		url = urlsplit(self.redis_url(name))
		return url.hostname or "127.0.0.1", url.port or 6379

	@property
	def mariadb_socket(self) -> Path:
		path = self.pids / "mariadb.sock"
		if len(str(path)) <= MAX_SOCKET_PATH:
			return path
		# The kernel refuses longer socket paths.
		digest = hashlib.sha256(str(path).encode()).hexdigest()[:12]
		return Path(tempfile.gettempdir()) / f"meeting-crm-{digest}.sock"

	@property
	def search_path(self) -> str:
		"""PATH with this bench's python, node, yarn and bench in front."""
		folders = [ROOT / ".tools" / "bin", ROOT / ".tools" / "node" / "node_modules" / ".bin", ROOT / "env" / "bin"]
		return os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])

	@property
	def environment(self) -> dict[str, str]:
		# CI would switch Frappe's workers and progress bars to another behaviour than users get.
		inherited = {key: value for key, value in os.environ.items() if key not in ("CI", "PYTHONPATH", "VIRTUAL_ENV")}
		return {**inherited, "PATH": self.search_path, "FRAPPE_BENCH_ROOT": str(self.bench)}


def read_ports(values: dict[str, str]) -> dict[str, int]:
	def number(name: str, default: int) -> int:
		text = values.get(name, str(default))
		if not text.lstrip("-").isdigit():
			raise SettingError(f"{name} is {text!r}, which is no number. Set it to a port number, or unset it.")
		return int(text)

	offset = number("MEETING_PORT_OFFSET", 0)
	ports = {key: number(f"MEETING_{key}_PORT", default + offset) for key, default in DEFAULT_PORTS.items()}
	for key, port in ports.items():
		if not 0 < port < 65536:
			raise SettingError(
				f"The port for {key} would be {port}. Ports go from 1 to 65535: set MEETING_{key}_PORT or another MEETING_PORT_OFFSET."
			)
	return ports


def load(bench: Path = ROOT) -> Settings:
	values = {**read_env_file(ROOT / ".env"), **os.environ}
	return Settings(bench=bench, ports=read_ports(values), values=values)
