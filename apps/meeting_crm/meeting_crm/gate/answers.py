"""What every answer carries, so that a browser does not run, frame or guess what it should not."""

from meeting_crm.gate import rules

HEADERS = {
	"X-Content-Type-Options": "nosniff",
	"X-Frame-Options": "SAMEORIGIN",
	"Referrer-Policy": "strict-origin-when-cross-origin",
	# The desk needs its own inline scripts; what can be taken from a page is taken.
	"Content-Security-Policy": "frame-ancestors 'self'; object-src 'none'; base-uri 'self'; form-action 'self'",
}
HARMLESS = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
FILES = ("/files/", "/private/files/")


def add_headers(response=None, request=None) -> None:
	"""Called by Frappe after every request. What another app set stays."""
	if response is None:
		return
	for header, value in HEADERS.items():
		response.headers.setdefault(header, value)
	name = _get_file_name(response, request)
	if name and rules.can_run(name):
		response.headers["Content-Security-Policy"] = HARMLESS
		response.headers["Content-Disposition"] = "attachment"


def _get_file_name(response, request) -> str:
	"""Of a stored file that is sent; empty for anything else."""
	if request is not None and request.path.startswith(FILES):
		return request.path.rsplit("/", 1)[-1]
	return response.headers.get("Content-Disposition", "").rstrip('"')
