"""The world of the matrix and a client for each relation to it: made once for all its files."""

import pytest

from support.matrix import make_world
from support.rest import RestClient


@pytest.fixture(scope="session")
def world(site):
	return make_world()


@pytest.fixture(scope="session")
def clients(world, web_url):
	made = {}
	for relation, user in world.people.items():
		made[relation] = RestClient(web_url)
		if user:
			made[relation].log_in(user)
	yield made
	for client in made.values():
		client.close()
