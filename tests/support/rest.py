"""A logged-in REST client for a user, over HTTP to the real web processes."""

import json

import pytest
import requests

from support.site import roll_back

PASSWORD = "demo"


class RestClient(requests.Session):
	def __init__(self, url: str):
		super().__init__()
		self.url = url
		self.headers["Accept"] = "application/json"

	def log_in(self, user: str, password: str = PASSWORD) -> None:
		answer = self.post(f"{self.url}/api/method/login", data={"usr": user, "pwd": password}, timeout=60)
		assert answer.status_code == 200, f"{user} cannot log in: {answer.status_code} {answer.text[:500]}"

	def call(self, method: str, *, verb: str = "POST", **arguments) -> requests.Response:
		"""Call a whitelisted function; lists and dicts go as JSON, as the desk sends them."""
		data = {
			key: json.dumps(value) if isinstance(value, dict | list) else value
			for key, value in arguments.items()
			if value is not None
		}
		where = {"params": data} if verb == "GET" else {"data": data}
		return self.request(verb, f"{self.url}/api/method/{method}", timeout=120, **where)

	def result(self, method: str, **arguments):
		"""The function's answer; anything but success fails the test with the server's words."""
		answer = self.call(method, **arguments)
		assert answer.status_code == 200, f"{method}: {answer.status_code} {error_of(answer)}"
		return answer.json().get("message")

	def resource(self, verb: str, doctype: str, name: str = "", **kwargs) -> requests.Response:
		return self.request(verb, f"{self.url}/api/resource/{doctype}/{name}".rstrip("/"), timeout=60, **kwargs)


def error_of(answer: requests.Response) -> str:
	"""What the server says to the user, as plain text."""
	try:
		body = answer.json()
	except ValueError:
		return answer.text[:500]
	messages = [json.loads(text).get("message", text) for text in json.loads(body.get("_server_messages") or "[]")]
	return "\n".join(messages) or body.get("exception") or body.get("message") or answer.text[:500]


def set_language(user: str, language: str) -> None:
	"""From the next request on the server speaks to `user` in `language`."""
	import frappe

	frappe.db.set_value("User", user, "language", language)
	frappe.db.commit()
	frappe.clear_cache(user=user)


@pytest.fixture
def rest(web_url):
	"""`rest(user)`: a client logged in as that user (`rest(None)` is a guest). Commits first, so that the server sees the user."""
	import frappe

	clients = []

	def make(user: str | None, password: str = PASSWORD) -> RestClient:
		frappe.db.commit()
		client = RestClient(web_url)
		clients.append(client)
		if user:
			client.log_in(user, password)
		return client

	yield make
	for client in clients:
		client.close()
	roll_back()
