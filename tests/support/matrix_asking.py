"""How the permission matrix asks the server, and what no answer may hold."""

import json

from support.matrix import RELATIONS, World


def get(client, path, **params):
	return client.get(client.url + path, params={key: _text(value) for key, value in params.items()}, timeout=60)


def call(client, method, **arguments):
	return client.call(method, **arguments)


def _text(value):
	return json.dumps(value) if isinstance(value, dict | list) else value


def put(client, path, values):
	return client.put(client.url + path, json=values, timeout=60)


def send(client, path, **arguments):
	return client.post(f"{client.url}/api/method/{path}", json=arguments, timeout=60)


def readable_secrets(world: World, relation: str) -> set[str]:
	reads = RELATIONS[relation].reads
	secrets = {world.secrets[kind] for kind in reads}
	if "file" in reads:
		# Frappe's list of linked records names the file's series to whoever reads the file
		secrets |= {world.remark_secret, world.file_secret, world.comment_secret, world.secrets["series"]}
	if relation == "administrator":
		secrets |= all_secrets(world)
	return secrets


def all_secrets(world: World) -> set[str]:
	return {*world.secrets.values(), world.remark_secret, world.file_secret, world.comment_secret}


def assert_nothing_leaks(world: World, relation: str, answer, asked: str = "") -> None:
	"""What the person asked with comes back in error messages; that is no news."""
	leaked = {secret for secret in all_secrets(world) - readable_secrets(world, relation) if secret in answer.text}
	assert not leaked - {asked}, f"{leaked} in {answer.status_code} {answer.text[:800]}"
