"""The application for a web server: Frappe's, with a sentence where its database was away while it could not say so.

`gunicorn meeting_crm.wsgi:application` in place of `frappe.app:application`."""

from collections.abc import Callable

import frappe.app

from meeting_crm.core.outages import is_away, tell_away, tell_conflict
from meeting_crm.core.transactions import is_conflict


def tell_of_outages(application: Callable) -> Callable:
	def tell(environ, start_response):
		begun: list[tuple] = []
		try:
			body = application(environ, lambda *beginning: begun.append(beginning))
		except Exception as error:
			if not is_away(error) and not is_conflict(error):
				raise
			return (tell_away() if is_away(error) else tell_conflict())(environ, start_response)
		if begun[0][0].startswith("500") and is_database_away():
			getattr(body, "close", lambda: None)()
			return tell_away()(environ, start_response)
		start_response(*begun[0])
		return body

	return tell


def is_database_away() -> bool:
	"""Whether the database of the request that just failed can be asked now. Frappe opens its connection before it asks any
	hook, and tells of a failure there as of any other."""
	try:
		frappe.db.sql("select 1")
		frappe.db.close()
	except Exception as error:
		return is_away(error) or is_away(error.__cause__ or error)
	return False


application = tell_of_outages(frappe.app.application)
