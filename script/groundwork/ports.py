"""Is a port free, and who is on it."""

import os
import socket
from pathlib import Path


def is_open(host: str, port: int, timeout: float = 0.5) -> bool:
	try:
		with socket.create_connection((host, port), timeout=timeout):
			return True
	except OSError:
		return False


def is_free(port: int, host: str = "127.0.0.1") -> bool:
	with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
		probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		try:
			probe.bind((host, port))
		except OSError:
			return False
	return True


def pick_free(count: int) -> list[int]:
	"""Different free ports. All stay bound until the last one is chosen, so none is given twice."""
	probes = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
	try:
		for probe in probes:
			probe.bind(("127.0.0.1", 0))
		return [probe.getsockname()[1] for probe in probes]
	finally:
		for probe in probes:
			probe.close()


def find_listener(port: int) -> str:
	"""The process that listens on a port, in words; the kernel tells only about one's own processes, or everything to root."""
	inodes = set()
	for table in ("/proc/net/tcp", "/proc/net/tcp6"):
		try:
			rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
		except OSError:
			continue
		inodes |= {row[9] for row in rows if row[3] == "0A" and int(row[1].rsplit(":", 1)[1], 16) == port}
	wanted = {f"socket:[{inode}]" for inode in inodes}
	for process in Path("/proc").glob("[0-9]*"):
		try:
			if any(os.readlink(handle) in wanted for handle in (process / "fd").iterdir()):
				command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
				return f"process {process.name}: {command[:120]}"
		except OSError:
			continue
	return "a process of another user; `sudo ss -ltnp` shows which"
