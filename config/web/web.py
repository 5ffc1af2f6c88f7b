"""The web application of a bench without nginx: Frappe and its static files in one process.

In production nginx serves the files and chooses the site (docs/production.md); this module is not used there.
"""

import json
import os
import posixpath
from pathlib import Path

from werkzeug.middleware.shared_data import SharedDataMiddleware

import meeting_crm.wsgi
from meeting_crm.gate.rules import can_run

SITES = Path.cwd()
PUBLIC_FILES = "/files/"
HARMLESS = "sandbox; default-src 'none'"


def read_default_site() -> str | None:
	if chosen := os.environ.get("FRAPPE_SITE"):
		return chosen
	return json.loads((SITES / "common_site_config.json").read_text()).get("default_site")


def choose_site(application, default_site: str | None):
	"""Under a host name that is no site, such as 127.0.0.1, the default site answers."""

	def choose(environ, start_response):
		site = environ.get("HTTP_HOST", "").split(":")[0]
		if default_site and not (SITES / site / "site_config.json").exists():
			site = environ["HTTP_X_FRAPPE_SITE_NAME"] = default_site
		# Resolved before the site's folder is put in front: ".." must not lead out of public/files.
		path = posixpath.normpath(environ.get("PATH_INFO", ""))
		if path.startswith(PUBLIC_FILES):
			environ["PATH_INFO"] = f"{PUBLIC_FILES}{site}/public{path}"
		return application(environ, start_response)

	return choose


def hand_out_files(application):
	"""People put these files there: a browser must not guess what they are, nor run one as a page of the site."""

	def serve(environ, start_response):
		path = environ.get("PATH_INFO", "")
		if not path.startswith(PUBLIC_FILES):
			return application(environ, start_response)

		def start(status, headers, exc_info=None):
			headers = [*headers, ("X-Content-Type-Options", "nosniff")]
			if can_run(posixpath.basename(path)):
				headers += [("Content-Disposition", "attachment"), ("Content-Security-Policy", HARMLESS)]
			return start_response(status, headers, exc_info)

		return application(environ, start)

	return serve


def point_to_realtime_port(application):
	"""Pages look for realtime messages at `socketio_port` when they believe in a development server.

	Frappe's own switch for that, DEV_SERVER, would also show tracebacks and give up its caches.
	"""

	def point(environ, start_response):
		body = application(environ, start_response)
		if not environ.get("PATH_INFO", "").startswith("/app"):
			return body
		try:
			return [part.replace(b"window.dev_server = 0;", b"window.dev_server = 1;") for part in body]
		finally:
			getattr(body, "close", lambda: None)()

	return point


folders = {"/assets": str(SITES / "assets"), PUBLIC_FILES.rstrip("/"): str(SITES)}
application = SharedDataMiddleware(point_to_realtime_port(meeting_crm.wsgi.application), folders)
application = choose_site(hand_out_files(application), read_default_site())
