"""Contracts made by earlier versions."""

import frappe


def adopt_kinds() -> None:
	"""Kinds were two words of a list; they are records now, and every contract has a state and its files in a table."""
	if not frappe.db.has_column("Meeting Contract", "contract_type"):
		return
	frappe.db.sql(
		"""update `tabMeeting Contract` set contract_kind = contract_type
		where coalesce(contract_kind, '') = '' and contract_type in (select name from `tabMeeting Contract Kind`)"""
	)
	frappe.db.sql(
		"""update `tabMeeting Contract` set status = elt(docstatus + 1, 'Draft', 'In Force', 'Void'),
			outstanding = if(docstatus = 1, amount, 0) where coalesce(status, '') in ('', 'Draft')"""
	)
	_make_missing_rows(
		"Meeting Contract File",
		"files",
		"file, purpose, version",
		"attachment, 'Signed', 1",
		"coalesce(contract.attachment, '') != ''",
	)
	_make_missing_rows(
		"Meeting Contract Plan Row",
		"plan",
		"label, due_on, percentage, amount",
		"'全款', date_add(signed_on, interval coalesce(kind.payment_days, 30) day), 100, amount",
		"contract.docstatus > 0",
	)


def _make_missing_rows(child: str, field: str, columns: str, values: str, condition: str) -> None:
	frappe.db.sql(
		f"""insert into `tab{child}`
			(name, creation, modified, owner, modified_by, docstatus, parent, parenttype, parentfield, idx, {columns})
		select concat('c', left(md5(concat(contract.name, '{field}')), 12)), contract.creation, contract.modified, contract.owner,
			contract.owner, contract.docstatus, contract.name, 'Meeting Contract', '{field}', 1, {values}
		from `tabMeeting Contract` contract left join `tabMeeting Contract Kind` kind on kind.name = contract.contract_kind
		where {condition} and not exists (select 1 from `tab{child}` row where row.parent = contract.name)"""
	)
