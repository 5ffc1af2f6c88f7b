"""Use cases of the customer file: entry, private copies for new holders, remarks, repeated numbers."""

from collections.abc import Iterable
from datetime import datetime

import frappe
from frappe import _
from frappe.query_builder import Criterion, DocType
from frappe.utils import now_datetime

from meeting_crm.core import numbers as core_numbers
from meeting_crm.core.database import PICKED, escape_like, insert_rows, pick
from meeting_crm.core.log import log_many, log_selected
from meeting_crm.core.names import make_name
from meeting_crm.core.problems import throw_problems
from meeting_crm.enterprises.service import get_base_file

CUSTOMER = "Meeting Customer"
KEEPER = "Administrator"
"""Owns what nobody wrote."""

FILE_COLUMNS = (
	"name",
	"owner",
	"modified_by",
	"creation",
	"modified",
	"customer_name",
	"enterprise",
	"holder",
	"category",
	"source",
	"review_status",
	"claimed_on",
	*core_numbers.BASE_FIELDS,
	"mobile_key",
	"phone_key",
	"email_key",
)
CONTACT_COLUMNS = (
	"name",
	"owner",
	"modified_by",
	"creation",
	"modified",
	"customer",
	"customer_name",
	*core_numbers.CONTACT_FIELDS,
	"is_primary",
	"mobile_key",
	"phone_key",
	"email_key",
)


def save_by_service(doc) -> None:
	"""What administrators made mandatory is asked of people in the form; an entry, a signature or a note does not wait for it."""
	doc.flags.update({"by_service": True, "ignore_mandatory": True})
	doc.save(ignore_permissions=True)  # why: the use case has decided already


def ensure_file(enterprise: str, holder: str, source_file: str | None = None) -> str:
	"""The file `holder` works in: their own of before, else a copy of the enterprise's base file with its
	people (B8). With `source_file`, a colleague's that is handed over, they go on with that one (C9)."""
	return ensure_files([(enterprise, holder)], {enterprise: source_file} if source_file else None)[enterprise, holder]


def ensure_files(
	pairs: Iterable[tuple[str, str]], source_files: dict[str, str] | None = None
) -> dict[tuple[str, str], str]:
	"""`ensure_file` for many (enterprise, holder) at once, set-based. The caller holds the enterprises' locks."""
	pairs = list(dict.fromkeys(pairs))
	if not pairs:
		return {}
	source_files = source_files or {}
	names = _use_own_files(pairs, source_files, current=False)
	names |= _continue_files([pair for pair in pairs if pair not in names], source_files)
	missing = [pair for pair in pairs if pair not in names]
	try:
		return names | _copy_files(missing)
	except Exception as error:
		if not frappe.db.is_duplicate_entry(error):
			raise
	# The same holder's claim in another project made the file after our snapshot was taken.
	names |= _use_own_files(missing, source_files, current=True)
	return names | _copy_files([pair for pair in missing if pair not in names])


def _continue_files(pairs: list[tuple[str, str]], source_files: dict[str, str]) -> dict[tuple[str, str], str]:
	handed_over = {pair: source_files[pair[0]] for pair in pairs if pair[0] in source_files}
	_set_holders({name: holder for (_enterprise, holder), name in handed_over.items()})
	return handed_over


def _use_own_files(
	pairs: list[tuple[str, str]], source_files: dict[str, str], current: bool
) -> dict[tuple[str, str], str]:
	"""A file the person holds comes first, then the one handed over, then one of theirs that lies idle."""
	files = _find_own_files(pairs, current)
	files = {pair: found for pair, found in files.items() if found[1] or pair[0] not in source_files}
	taken = _take_files({name: holder for (_enterprise, holder), (name, _is_held) in files.items()})
	return {pair: name for pair, (name, _is_held) in files.items() if name in taken}


def _take_files(holders: dict[str, str]) -> set[str]:
	"""Locks the files until the caller's claims stand, so that nobody releases or hands them over in between: whoever ends
	claims locks their files before looking which other claims stand. Those that somebody else has got since our snapshot
	are left."""
	current = dict(lock_files(list(holders)))
	taken = {name: holder for name, holder in holders.items() if name in current and current[name] in (None, holder)}
	_set_holders({name: holder for name, holder in taken.items() if current[name] is None})
	return set(taken)


def lock_files(names: Iterable[str]) -> list[tuple[str, str | None]]:
	"""(file, holder) as they are now, locked in the order of their names."""
	return frappe.db.sql(
		f"""select file.name, file.holder
		from {PICKED} straight_join `tabMeeting Customer` file on file.name = picked.name for update""",
		{"picked": pick(names)},
	)


def _find_own_files(pairs: list[tuple[str, str]], current: bool) -> dict[tuple[str, str], tuple[str, bool]]:
	"""{pair: (file, is held)}: the file somebody holds, else their newest one that nobody holds. `current`
	reads past the snapshot with locks, which also lock gaps of the index: only where the row is known to exist."""
	file = DocType("Meeting Customer")
	wanted, holders = set(pairs), sorted({holder for _enterprise, holder in pairs})
	query = (
		frappe.qb.from_(file)
		.where(file.enterprise.isin(sorted({enterprise for enterprise, _holder in pairs})))
		.where(file.holder.isin(holders) | (file.holder.isnull() & file.owner.isin(holders)))
		.select(file.name, file.enterprise, file.holder, file.owner)
		.orderby(file.creation)
	)
	rows = (query.for_update() if current else query).run(as_dict=True)
	found = {}
	for row in sorted(rows, key=lambda row: bool(row.holder)):
		pair = (row.enterprise, row.holder or row.owner)
		if pair in wanted:
			found[pair] = (row.name, bool(row.holder))
	return found


def _set_holders(holders: dict[str, str]) -> None:
	by_holder: dict[str, list[str]] = {}
	for name, holder in holders.items():
		by_holder.setdefault(holder, []).append(name)
	for holder, names in by_holder.items():
		set_holder(names, holder)


def _copy_files(pairs: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
	bases = {enterprise: get_base_file(enterprise) for enterprise in {pair[0] for pair in pairs}}
	now, files, contacts, names = now_datetime(), [], [], {}
	for enterprise, holder in pairs:
		base = bases[enterprise]
		names[enterprise, holder] = name = make_name()
		stamp = (holder, frappe.session.user, now, now)
		files.append(
			(
				name,
				*stamp,
				base["enterprise_name"],
				enterprise,
				holder,
				"Intended",
				None,
				_get_first_review_status(),
				now,
				*(base.get(key) for key in core_numbers.BASE_FIELDS),
				*core_numbers.get_keys(base).values(),
			)
		)
		for number, person in enumerate(base.get("contacts") or []):
			contacts.append(
				(
					make_name(),
					*stamp,
					name,
					base["enterprise_name"],
					*(person.get(key) for key in core_numbers.CONTACT_FIELDS),
					int(number == 0),
					*core_numbers.get_keys(person).values(),
				)
			)
	_insert_logged("Meeting Customer", FILE_COLUMNS, files)
	_insert_logged("Meeting Contact", CONTACT_COLUMNS, contacts)
	return names


def _get_first_review_status() -> str:
	"""C7: new files need no review unless administrators ask for one."""
	return "Pending" if frappe.db.get_single_value("Meeting Customer Settings", "review_new_files") else "Approved"


def _insert_logged(doctype: str, columns: tuple[str, ...], rows: list[tuple]) -> None:
	if not rows:
		return
	insert_rows(f"tab{doctype}", columns, rows)
	log_many(
		(
			"Created",
			doctype,
			row[0],
			None,
			{key: value for key, value in zip(columns[5:], row[5:], strict=True) if value},
		)
		for row in rows
	)


def withdraw_copy(customer: str, holder: str, since: datetime) -> bool:
	"""Takes the copy of a base file that `holder` got after `since` out of their sight, as long as nothing was written in
	it. Whether it was."""
	file = frappe.db.get_value(CUSTOMER, customer, ["owner", "holder", "creation"], as_dict=True, for_update=True)
	if (
		not file
		or file.owner != holder
		or file.holder
		or file.creation < since
		or _was_written(customer, file.creation)
	):
		return False
	hide_file(customer)
	return True


def hide_file(customer: str) -> None:
	"""With its people, out of the sight of whoever wrote it; administrators see it on."""
	owner = frappe.db.get_value(CUSTOMER, customer, "owner")
	for doctype, filters in ((CUSTOMER, {"name": customer}), ("Meeting Contact", {"customer": customer})):
		frappe.db.set_value(doctype, filters, "owner", KEEPER, update_modified=False)
	log_many([("Changed", CUSTOMER, customer, {"owner": owner}, {"owner": KEEPER})])
	_forget([customer])


def _was_written(customer: str, copied_on: datetime) -> bool:
	"""By the operation log, in which every change of a file and of what hangs on it stands."""
	changed = {"reference_doctype": CUSTOMER, "reference_name": customer, "operation": ("!=", "Created")}
	own_writing = [
		row
		for row in frappe.get_all("Meeting Operation Log", filters=changed, fields=["after"], order_by="creation")
		if set(frappe.parse_json(row.after or "{}")) - {"holder", "project", "protected_until"}
	]
	return bool(own_writing) or any(
		frappe.db.exists(doctype, {"customer": customer, "creation": (">", copied_on)})
		for doctype in get_hanging_doctypes()
	)


def get_hanging_doctypes() -> list[str]:
	"""What people write below a file."""
	return [
		doctype
		for doctype in frappe.get_all(
			"DocField",
			{"fieldname": "customer", "options": CUSTOMER, "parenttype": "DocType"},
			pluck="parent",
			distinct=True,
			order_by="parent",
		)
		if doctype != "Meeting Claim"
	]


def set_holder(customers: str | list[str], holder: str | None) -> None:
	"""Who is responsible for files from now on; None leaves them read-only to those who wrote them."""
	names = [customers] if isinstance(customers, str) else list(customers)
	if holder is None:
		return release_files(lock_files(names))
	if not names:
		return
	file = DocType("Meeting Customer")
	before = dict(lock_files(names))
	changed = [name for name in names if name in before and before[name] != holder]
	if not changed:
		return
	frappe.qb.update(file).set(file.holder, holder).set(file.modified, now_datetime()).set(
		file.modified_by, frappe.session.user
	).where(file.name.isin(changed)).run()
	log_many(("Changed", CUSTOMER, name, {"holder": before[name]}, {"holder": holder}) for name in changed)
	_forget(changed)


def release_files(locked: Iterable[tuple[str, str | None]]) -> None:
	"""The last claim on these files, as `lock_files` found them, ended: nobody changes them any more, they are read-only to
	those who wrote them (B8). The log is written inside the database: the sweep releases a hundred thousand."""
	held = [name for name, holder in locked if holder]
	if not held:
		return
	picked = pick(held)
	log_selected(
		"Changed",
		CUSTOMER,
		f"""select file.name, json_object('holder', holder) as before_values, json_object('holder', null) as after_values
		from {PICKED} straight_join `tabMeeting Customer` file on file.name = picked.name""",
		{"picked": picked},
	)
	frappe.db.sql(
		f"""update {PICKED} straight_join `tabMeeting Customer` file on file.name = picked.name
		set holder = null, project = null, protected_until = null, modified = %(now)s, modified_by = %(user)s""",
		{"picked": picked, "now": now_datetime(), "user": frappe.session.user},
	)
	_forget(held)


def _forget(customers: list[str]) -> None:
	for name in customers[:MAX_CLEARED]:
		frappe.clear_document_cache(CUSTOMER, name)


def refresh_protection(customers: Iterable[str]) -> None:
	"""Copies onto files what their lists sort and filter by: project and dates of the newest claim that
	stands. Claims made or ended set-based call this; others do by themselves."""
	names = sorted(set(customers) - {None})
	if not names:
		return
	frappe.db.sql(
		"""update `tabMeeting Customer` file left join (
			select customer, project, claimed_on, protected_until, signed_on,
				row_number() over (partition by customer order by claimed_on desc, name desc) as place
			from `tabMeeting Claim` where customer in %(names)s and ended_on is null
		) standing on standing.customer = file.name and standing.place = 1
		set file.project = standing.project, file.claimed_on = coalesce(standing.claimed_on, file.claimed_on),
			file.protected_until = if(standing.signed_on is null, standing.protected_until, null)
		where file.name in %(names)s""",
		{"names": names},
	)
	_forget(names)


def follow_claim(doc, method: str | None = None) -> None:
	refresh_protection([doc.customer])


def refresh_activities(customers: Iterable[str]) -> None:
	"""Copies onto files when the next planned activity is and when the last one was, for their lists."""
	for name in sorted(set(customers) - {None}):
		[[next_on, last_on]] = frappe.db.sql(
			"""select min(if(status = 'Planned', starts_on, null)), max(if(status = 'Done', starts_on, null))
			from `tabMeeting Activity` where customer = %s""",
			(name,),
		)
		values = {"next_activity_on": next_on, "last_activity_on": last_on}
		frappe.db.set_value("Meeting Customer", name, values, update_modified=False)


def get_unheld(customers: Iterable[str]) -> set[str]:
	"""Of these files, those of companies that nobody holds: they went back to the pool."""
	return set(
		frappe.get_all(
			CUSTOMER,
			{"name": ("in", list(customers)), "enterprise": ("is", "set"), "holder": ("is", "not set")},
			pluck="name",
		)
	)


def follow_activity(doc, method: str | None = None) -> None:
	before = doc.get_doc_before_save()
	refresh_activities({doc.customer, before.customer if before else doc.customer})


def follow_deleted_activity(doc, method: str | None = None) -> None:
	refresh_activities([doc.customer])


def set_category(customer: str, category: str) -> None:
	"""C1: a signature makes an intended customer a formal one, and its cancellation the reverse."""
	doc = frappe.get_doc("Meeting Customer", customer, for_update=True)
	if doc.category != category:
		doc.category = category
		save_by_service(doc)


def add_remark(customer: str, note: str, user: str | None = None) -> dict:
	"""A5: a dated note in the file. Returns it."""
	note = core_numbers.clean_long_text(note)
	if not note:
		frappe.throw(_("The note is empty. Write what happened, then save it."))
	if len(note) > core_numbers.TEXT_LENGTH:
		throw_problems([core_numbers.Problem("remarks", "too_long", (len(note), core_numbers.TEXT_LENGTH))])
	doc = frappe.get_doc("Meeting Customer", customer, for_update=True)
	row = doc.append("remarks", {"note": note, "noted_by": user or frappe.session.user, "noted_on": now_datetime()})
	save_by_service(doc)
	return {"name": row.name, "note": row.note, "noted_on": row.noted_on, "noted_by": row.noted_by}


def find_by_number(mobile: str | None = None, phone: str | None = None, email: str | None = None) -> list[str]:
	"""C4: enterprises in whose files one of the numbers stands, by index; a field may hold several. A number counts wherever it was
	written, as mobile or as phone. Private social relations have no enterprise and are never named."""
	numbers = {*core_numbers.get_number_keys(mobile), *core_numbers.get_number_keys(phone)}
	address = core_numbers.normalise_email(email)
	lookups = [(column, key) for key in numbers for column in ("mobile_key", "phone_key")]
	if address:
		lookups.append(("email_key", address))
	return sorted({enterprise for column, key in lookups for enterprise in _find_by_key(column, key)})


def _find_by_key(column: str, key: str) -> set[str]:
	file, contact = DocType("Meeting Customer"), DocType("Meeting Contact")
	in_files = (
		frappe.qb.from_(file).where(file[column] == key).select(file.enterprise).limit(MAX_MATCHES).run(pluck=True)
	)
	in_contacts = (
		frappe.qb.from_(contact)
		.join(file)
		.on(file.name == contact.customer)
		.where(contact[column] == key)
		.select(file.enterprise)
		.limit(MAX_MATCHES)
		.run(pluck=True)
	)
	return {enterprise for enterprise in (*in_files, *in_contacts) if enterprise}


MAX_MATCHES = 50

# Nothing of this app reads files from the cache; an open form of one of a few moved files is refreshed.
MAX_CLEARED = 20


def find_by_person(person_name: str) -> list[str]:
	"""Enterprises with somebody whose name begins like that, in whichever script, for the advanced duplicate check (A1)."""
	names = core_numbers.get_name_spellings(person_name)
	if not names:
		return []
	file, contact = DocType("Meeting Customer"), DocType("Meeting Contact")
	return sorted(
		{
			enterprise
			for enterprise in frappe.qb.from_(contact)
			.join(file)
			.on(file.name == contact.customer)
			.where(Criterion.any(contact.person_name.like(f"{escape_like(name)}%") for name in names))
			.select(file.enterprise)
			.limit(MAX_MATCHES)
			.run(pluck=True)
			if enterprise
		}
	)
