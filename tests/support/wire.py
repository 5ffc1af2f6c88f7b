"""A wire between the web processes and MariaDB that can be cut, or answer in the server's place."""

import re
import socket
import struct
import threading
from contextlib import suppress

COM_QUERY = 3
HEADER = 4
SLOWEST_ANSWER = 30


class Wire:
	"""Listens on `port` and passes everything on, but for what a test asks of it."""

	def __init__(self, server_port: int) -> None:
		self.server_port = server_port
		self.listener = socket.create_server(("127.0.0.1", 0))
		self.port = self.listener.getsockname()[1]
		self.lock = threading.Lock()
		self.is_cut = False
		self.wanted, self.action, self.times = re.compile(b""), None, 0
		self.seen = 0
		self.swallowing: dict[socket.socket, threading.Event] = {}
		threading.Thread(target=self.accept, daemon=True).start()

	def answer(self, query: str, code: int, message: str, times: int = 1, state: str = "HY000") -> None:
		"""The next `times` questions that match `query` get this error, and never reach the server."""
		self.arm(query, lambda client, _server, _packet: client.sendall(make_error(code, state, message)), times)

	def cut_after(self, query: str) -> None:
		"""The next question that matches `query` is carried out, and the connection is lost before its answer arrives."""

		def carry_out(client, server, packet):
			answered = self.swallowing[server] = threading.Event()
			server.sendall(packet)
			answered.wait(SLOWEST_ANSWER)
			raise ConnectionError

		self.arm(query, carry_out, 1)

	def cut_before(self, query: str) -> None:
		def lose(client, server, packet):
			raise ConnectionError

		self.arm(query, lose, 1)

	def arm(self, query: str, action, times: int) -> None:
		with self.lock:
			self.wanted, self.action, self.times, self.seen = (
				re.compile(query.encode(), re.IGNORECASE),
				action,
				times,
				0,
			)

	def take(self, packet: bytes):
		with self.lock:
			is_query = len(packet) > HEADER and packet[HEADER] == COM_QUERY
			if self.times and is_query and self.wanted.search(packet[HEADER + 1 :]):
				self.times -= 1
				self.seen += 1
				return self.action
		return None

	def cut(self) -> None:
		self.is_cut = True

	def mend(self) -> None:
		self.is_cut = False

	def close(self) -> None:
		self.listener.close()

	def accept(self) -> None:
		while True:
			try:
				client, _address = self.listener.accept()
			except OSError:
				return
			if self.is_cut:
				client.close()
				continue
			server = socket.create_connection(("127.0.0.1", self.server_port))
			threading.Thread(target=self.pass_on, args=(server, client), daemon=True).start()
			threading.Thread(target=self.ask, args=(client, server), daemon=True).start()

	def ask(self, client: socket.socket, server: socket.socket) -> None:
		try:
			while packet := client.recv(65536):
				if action := self.take(packet):
					action(client, server, packet)
				else:
					server.sendall(packet)
		except OSError:
			pass
		finally:
			hang_up(client, server)

	def pass_on(self, server: socket.socket, client: socket.socket) -> None:
		with suppress(OSError):
			while data := server.recv(65536):
				if answered := self.swallowing.pop(server, None):
					answered.set()
					break
				client.sendall(data)
		hang_up(client, server)


def hang_up(*ends: socket.socket) -> None:
	for end in ends:
		with suppress(OSError):
			end.shutdown(socket.SHUT_RDWR)
		end.close()


def make_error(code: int, state: str, message: str) -> bytes:
	payload = b"\xff" + struct.pack("<H", code) + b"#" + state.encode() + message.encode()
	return struct.pack("<I", len(payload))[:3] + b"\x01" + payload
