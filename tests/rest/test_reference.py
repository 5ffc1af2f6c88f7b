"""docs/rest-api.md describes every endpoint, and its examples are what the server answers."""

import importlib
import json
import pkgutil
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from io import BytesIO

import docx
import frappe
import pytest
import requests
from frappe.utils import add_days, now_datetime, nowdate

import meeting_crm
from meeting_crm import hooks
from meeting_crm.administration import backups, log_seals, uploads
from meeting_crm.claims import service as claims
from meeting_crm.contracts import bank, invoices, payments
from meeting_crm.contracts.execution import rooming
from meeting_crm.contracts.execution import service as execution_service
from meeting_crm.core import runs
from meeting_crm.core.log import log
from meeting_crm.credit import service as credit
from meeting_crm.customers import reviewing
from meeting_crm.documents import drafts, links, locks
from meeting_crm.documents.seals import service as seals
from meeting_crm.documents.service import write
from meeting_crm.enterprises import affiliates, aliases
from meeting_crm.handover import moves
from meeting_crm.merging import service as merging
from meeting_crm.sales.feed import make_link
from meeting_crm.tests import factories
from support import documents, rest_reference, restoring, sales
from support import execution as executions
from support.rest import error_of
from support.sales import make_late_payment


class Records:
	"""What the words in braces of an example stand for; each is made when it is first needed."""

	def __init__(self, web_url: str):
		self.web_url = web_url

	def __getitem__(self, word: str) -> str:
		return str(getattr(self, word))

	@cached_property
	def admin(self) -> str:
		return factories.make_user(None, "Meeting Administrator")

	@cached_property
	def system_administrator(self) -> str:
		return factories.make_user(None, "System Manager")

	@property
	def password(self) -> str:
		return factories.PASSWORD

	@cached_property
	def new_address(self) -> str:
		return f"{factories.unique()}@test.meeting"

	@cached_property
	def department(self) -> str:
		return factories.make_department()

	@cached_property
	def session(self) -> str:
		"""Of somebody who has just signed in over HTTP."""
		user = factories.make_user()
		frappe.db.commit()
		answer = requests.post(
			f"{self.web_url}/api/method/login", data={"usr": user, "pwd": factories.PASSWORD}, timeout=60
		)
		return sha256(answer.cookies["sid"].encode()).hexdigest()

	@cached_property
	def contact_name(self) -> str:
		return frappe.db.get_value("Meeting Contact", self.contact, "person_name")

	@cached_property
	def contact(self) -> str:
		values = {"customer": self.customer, "person_name": factories.unique("某"), "mobile": "13800138000"}
		return frappe.get_doc({"doctype": "Meeting Contact", **values}).insert().name

	@cached_property
	def long_ago(self) -> str:
		"""A moment before which something happened that may be removed by now."""
		log(factories.unique("Old "), "Meeting Customer", "x")
		frappe.db.sql("update `tabMeeting Operation Log` set happened_on = '2001-01-01' order by creation desc limit 1")
		log_seals.seal_pending(seconds=30)
		return "2001-06-01"

	@cached_property
	def manager(self) -> str:
		return factories.make_user(None, "Meeting Manager")

	@cached_property
	def salesperson(self) -> str:
		return factories.make_user()

	@cached_property
	def colleague(self) -> str:
		return factories.make_user()

	@cached_property
	def project(self) -> str:
		return factories.make_project(self.salesperson, self.colleague, manager=self.manager)

	@cached_property
	def new_name(self) -> str:
		return f"北京{factories.unique()}冷链有限公司"

	@cached_property
	def free_name(self) -> str:
		return f"青岛{factories.unique()}化工有限公司"

	@cached_property
	def free_enterprise(self) -> str:
		return factories.make_enterprise(self.free_name)

	@cached_property
	def held(self):
		return factories.make_claim(self.project, self.salesperson)

	@property
	def claim(self) -> str:
		return self.held.name

	@cached_property
	def customer_name(self) -> str:
		return frappe.db.get_value("Meeting Customer", self.customer, "customer_name")

	@property
	def customer(self) -> str:
		return self.held.customer

	@property
	def enterprise(self) -> str:
		return self.held.enterprise

	@cached_property
	def dead_claim(self) -> str:
		claims.mark_dead(self.claim, "暂无意向")
		return self.claim

	@cached_property
	def fresh_claim(self) -> str:
		frappe.set_user(self.salesperson)
		claim = claims.make_claim(self.project, factories.make_enterprise(), self.salesperson, "Pool").name
		frappe.set_user("Administrator")
		return claim

	@cached_property
	def pool_name(self) -> str:
		name = f"青岛{factories.unique()}冷链有限公司"
		factories.make_enterprise(name)
		return name

	@cached_property
	def carry_over(self) -> str:
		return frappe.get_doc({"doctype": "Meeting Carry Over", "project": self.project}).insert().name

	@cached_property
	def upload(self) -> str:
		frappe.set_user(self.salesperson)
		address = sales.upload()
		frappe.set_user("Administrator")
		return address

	@cached_property
	def document(self) -> str:
		return documents.make_document(self.salesperson, "会场方案".encode(), customer=self.customer)

	@property
	def nobody(self) -> str:
		return ""

	@cached_property
	def workbook(self) -> str:
		return documents.make_document(self.salesperson, documents.make_workbook(["单位", "金额"], ["甲", 100]))

	@cached_property
	def text_document(self) -> str:
		return documents.make_document(self.salesperson, documents.make_docx("甲方应付定金"))

	@cached_property
	def revised_document(self) -> str:
		return documents.make_document(self.salesperson, documents.TWO_AUTHORS.read_bytes())

	@cached_property
	def pdf_document(self) -> str:
		return documents.make_document(self.salesperson, documents.SEALED.read_bytes())

	@cached_property
	def picture_document(self) -> str:
		return documents.make_document(self.salesperson, sales.PNG)

	@cached_property
	def drafted_document(self) -> str:
		with documents.as_user(self.salesperson):
			drafts.keep(self.document, 1, "草稿".encode())
		return self.document

	@cached_property
	def lock_token(self) -> str:
		with documents.as_user(self.salesperson):
			return locks.acquire(self.document)["token"]

	@cached_property
	def made_link(self) -> dict:
		with documents.as_user(self.salesperson):
			return links.make(self.document, self.tomorrow)

	@property
	def document_link(self) -> str:
		return self.made_link["link"]

	@property
	def link_token(self) -> str:
		return self.made_link["url"].split("token=")[1]

	@cached_property
	def seal(self) -> str:
		return documents.make_seal(self.manager, self.salesperson)

	@cached_property
	def seal_request(self) -> str:
		with documents.as_user(self.salesperson):
			return seals.ask(self.pdf_document, self.seal, "签订合同")["request"]

	@property
	def asked_document(self) -> str:
		return self.seal_request and self.pdf_document

	@property
	def document_word(self) -> str:
		return frappe.db.get_value("Meeting Document", self.document, "title").removesuffix(".txt")

	@property
	def document_customer(self) -> str:
		return self.document and self.customer

	@cached_property
	def changed_document(self) -> str:
		with documents.as_user(self.salesperson):
			write(self.document, 1, "新的文本".encode())
		return self.document

	@cached_property
	def activity(self) -> str:
		return sales.make_activity(self.customer, assigned_to=self.salesperson).insert().name

	@cached_property
	def repeated_activity(self) -> str:
		return sales.make_activity(self.customer, assigned_to=self.salesperson, repeat="Weekly").insert().name

	@cached_property
	def calendar_token(self) -> str:
		return make_link(self.salesperson).split("token=")[1]

	@cached_property
	def quotation(self) -> str:
		return sales.make_quotation(self.held, assigned_to=self.salesperson).name

	@cached_property
	def alias(self) -> str:
		return aliases.add_alias(self.enterprise, factories.unique("别名"))

	@cached_property
	def linked_enterprise(self) -> str:
		affiliates.link(self.enterprise, [self.free_enterprise])
		return self.enterprise

	@cached_property
	def merge(self) -> str:
		return merging.merge(self.enterprise, self.free_enterprise)

	@cached_property
	def enterprise_import(self) -> str:
		content = f"公司名称\n{self.new_name}\n"
		file = frappe.get_doc({"doctype": "File", "file_name": "list.csv", "content": content, "is_private": 1})
		file.insert()
		return frappe.get_doc({"doctype": "Meeting Enterprise Import", "import_file": file.file_url}).insert().name

	@cached_property
	def running_import(self) -> str:
		frappe.db.set_value("Meeting Enterprise Import", self.enterprise_import, "status", "Running")
		return self.enterprise_import

	@cached_property
	def finished_import(self) -> str:
		frappe.db.set_value(
			"Meeting Enterprise Import", self.enterprise_import, {"status": "Finished", "created_rows": 1}
		)
		return self.enterprise_import

	@cached_property
	def private_customer(self) -> str:
		form = factories.entry_form()
		frappe.set_user(self.salesperson)
		file = frappe.get_doc(
			{"doctype": "Meeting Customer", "customer_name": form["full_name"], "category": "Social Relation"}
		)
		file.update({field: form[field] for field in ("profile", "landline", "mobile", "email")})
		file.insert()
		frappe.get_doc({"doctype": "Meeting Contact", "customer": file.name, **form["contacts"][0]}).insert()
		frappe.set_user("Administrator")
		return file.name

	@cached_property
	def deletion_request(self) -> str:
		return reviewing.request_deletion(self.private_customer, "不再联系")

	@cached_property
	def handover(self) -> str:
		return (
			frappe.get_doc(
				{
					"doctype": "Meeting Handover",
					"from_user": self.salesperson,
					"reason": "调岗",
					"receivers": [{"user": self.colleague}],
					"customers": self.customer,
				}
			)
			.insert()
			.name
		)

	@cached_property
	def done_handover(self) -> str:
		moves.run(self.handover)
		return self.handover

	@cached_property
	def signed_contract(self) -> str:
		return executions.make_signed((self.salesperson, self.project, self.held))[1].name

	@cached_property
	def draft_execution(self) -> str:
		contract = frappe.get_doc("Meeting Contract", self.signed_contract)
		frappe.set_user(self.salesperson)
		name = executions.make_execution(contract).name
		frappe.set_user("Administrator")
		return name

	@cached_property
	def execution(self) -> str:
		frappe.set_user(self.salesperson)
		execution_service.submit(self.draft_execution)
		frappe.set_user("Administrator")
		return self.draft_execution

	@cached_property
	def finance(self) -> str:
		return executions.make_finance()

	@cached_property
	def logistics(self) -> str:
		return executions.make_logistics()

	@property
	def finance_task(self) -> str:
		return frappe.db.get_value("Meeting Department Task", {"execution": self.execution, "department": "Finance"})

	@property
	def finance_step(self) -> str:
		return frappe.db.get_value("Meeting Task Step", {"parent": self.finance_task, "idx": 1})

	@cached_property
	def late_change(self) -> str:
		execution = frappe.get_doc("Meeting Execution", self.execution)
		project = frappe.get_doc("Meeting Project", execution.project)
		project.append("production_closings", {"product": "Badges", "last_day": add_days(nowdate(), -1)})
		project.save()
		frappe.set_user(self.salesperson)
		execution.attendees[0].position = factories.unique("职务")
		execution.save()
		frappe.set_user("Administrator")
		return frappe.db.get_value("Meeting Late Change", {"execution": execution.name, "state": "Waiting"})

	@cached_property
	def attendee(self) -> str:
		return frappe.db.get_value("Meeting Attendee", {"parent": self.execution, "idx": 1})

	@cached_property
	def deliverable(self) -> str:
		execution = frappe.get_doc("Meeting Execution", self.draft_execution)
		execution.deliverables[1].file = self.upload
		frappe.set_user(self.salesperson)
		execution.save()
		frappe.set_user("Administrator")
		return frappe.get_doc("Meeting Execution", self.execution).deliverables[1].name

	@cached_property
	def booth(self) -> str:
		values = {"doctype": "Meeting Booth", "project": self.project, "hall": "1", "number": "A01"}
		return frappe.get_doc(values).insert().name

	@cached_property
	def hotel(self) -> str:
		return executions.make_hotel()

	@cached_property
	def room(self) -> str:
		return rooming.make_room(self.project, self.hotel, "Twin").name

	@cached_property
	def guest(self) -> str:
		rooming.place(self.attendee, self.room)
		return frappe.db.get_value("Meeting Room Guest", {"attendee": self.attendee})

	@cached_property
	def running_backup(self) -> str:
		for doctype in ("Meeting Backup", "Meeting Restore"):
			frappe.db.delete(doctype, {"status": ("in", ("Queued", "Running"))})
		return backups.start()

	@cached_property
	def backup(self) -> str:
		restoring.clean_up()
		return restoring.make_bundle(restoring.HEAD + restoring.TAIL).name

	@cached_property
	def ticket(self) -> str:
		backup = frappe.get_doc("Meeting Backup", self.backup)
		frappe.set_user(self.system_administrator)
		ticket = backups.make_ticket(backup)
		frappe.set_user("Administrator")
		return ticket

	@property
	def site_name(self) -> str:
		return frappe.local.site

	@cached_property
	def restore(self) -> str:
		doc = frappe.new_doc("Meeting Restore")
		until = now_datetime() + timedelta(days=7)
		doc.update({"backup": self.backup, "status": "Done", "purpose": "Restore", "undo_until": until})
		backups.insert(doc, "s")
		return doc.name

	@cached_property
	def running_restore(self) -> str:
		runs.start(frappe.get_doc("Meeting Restore", self.restore))
		return self.restore

	@cached_property
	def backup_upload(self) -> str:
		frappe.set_user(self.system_administrator)
		upload = uploads.start(f"{factories.unique()}.tar", 3)["backup"]
		frappe.set_user("Administrator")
		return upload

	@cached_property
	def complete_upload(self) -> str:
		doc = frappe.get_doc("Meeting Backup", self.backup_upload)
		uploads.get_part(doc).write_bytes(b"abc")
		return doc.name

	@cached_property
	def tomorrow(self) -> str:
		return (now_datetime() + timedelta(days=1)).strftime("%Y-%m-%d 10:00:00")

	@cached_property
	def worded_contract(self) -> str:
		content, document = BytesIO(), docx.Document()
		document.add_paragraph("{{ contract.number }}")
		document.save(content)
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{factories.unique()}.docx",
				"content": content.getvalue(),
				"is_private": 1,
			}
		).insert()
		values = {"kind_name": factories.unique("种类"), "word_template": file.file_url}
		kind = frappe.get_doc({"doctype": "Meeting Contract Kind", **values}).insert()
		frappe.db.set_value("Meeting Contract", self.signed_contract, "contract_kind", kind.name)
		return self.signed_contract

	@cached_property
	def registered_payment(self) -> str:
		frappe.set_user(self.salesperson)
		name = payments.register(self.claim, 500, nowdate()).name
		frappe.set_user("Administrator")
		return name

	@cached_property
	def confirmed_payment(self) -> str:
		contract = self.signed_contract
		frappe.set_user(self.salesperson)
		name = payments.register(self.claim, 500, nowdate(), contract).name
		frappe.set_user("Administrator")
		payments.confirm(name)
		return name

	@cached_property
	def late_payment(self) -> str:
		_claim, name = make_late_payment()
		return name

	@cached_property
	def bank_import(self) -> str:
		contract, finance = self.signed_contract, self.finance
		frappe.set_user(finance)
		content = "交易日期,收入金额,对方户名,附言\n2026-11-20,500,某某公司," + contract
		file = frappe.get_doc(
			{"doctype": "File", "file_name": f"{factories.unique()}.csv", "content": content.encode(), "is_private": 1}
		).insert()
		name = frappe.get_doc(
			{"doctype": "Meeting Bank Import", "our_account": factories.unique("工行"), "file": file.file_url}
		).insert()
		frappe.set_user("Administrator")
		return name.name

	@cached_property
	def bank_row(self) -> str:
		return frappe.db.get_value("Meeting Bank Row", {"bank_import": self.bank_import})

	@cached_property
	def ignored_bank_row(self) -> str:
		bank.ignore(self.bank_row, "利息")
		return self.bank_row

	@cached_property
	def requested_invoice(self) -> str:
		contract = frappe.get_doc("Meeting Contract", self.signed_contract)
		title = {"customer": contract.customer, "title": contract.enterprise_name, "tax_number": "91110000600037341L"}
		frappe.set_user(self.salesperson)
		frappe.get_doc({"doctype": "Meeting Invoice Title", **title}).insert()
		lines = [{"item": "会议服务费", "gross": 1060, "rate": 6}]
		name = invoices.request(contract.name, lines=lines).name
		frappe.set_user("Administrator")
		return name

	@cached_property
	def returned_invoice(self) -> str:
		return invoices.reject(self.requested_invoice, "请补税号").name

	@cached_property
	def issued_invoice(self) -> str:
		return invoices.issue(self.requested_invoice, factories.unique("2611")).name

	@property
	def new_number(self) -> str:
		return factories.unique("2611")

	@cached_property
	def rated_enterprise(self) -> str:
		enterprise = frappe.db.get_value("Meeting Contract", self.signed_contract, "enterprise")
		frappe.set_user("Administrator")
		credit.recompute([enterprise])
		frappe.db.set_value("Meeting Credit Score", {"enterprise": enterprise}, "score", 90)
		return enterprise

	@cached_property
	def policy(self) -> str:
		frappe.set_user("Administrator")
		values = {"policy_name": factories.unique("优惠"), "percentage": 10}
		return frappe.get_doc({"doctype": "Meeting Preferential Policy", **values}).insert().name

	@cached_property
	def policy_grant(self) -> str:
		return credit.grant(self.rated_enterprise, self.policy, "2027-12-31").name


def whitelisted_functions() -> set[str]:
	"""All of the app's own. Those that answer in place of a function of Frappe's keep its name and its documentation."""
	for module in pkgutil.walk_packages(meeting_crm.__path__, "meeting_crm."):
		if ".tests" not in module.name and ".test_" not in module.name:
			importlib.import_module(module.name)
	ours = {
		f"{function.__module__}.{function.__name__}"
		for function in frappe.whitelisted
		if getattr(function, "__module__", "").startswith("meeting_crm.")
	}
	return ours - set(hooks.override_whitelisted_methods.values())


def test_every_endpoint_is_described_and_exists():
	documented, existing = rest_reference.endpoints(), whitelisted_functions()
	assert documented == existing, (
		f"not described: {sorted(existing - documented)}; described but gone: {sorted(documented - existing)}"
	)


def test_every_endpoint_has_an_example():
	shown = " ".join(example.path for example in rest_reference.examples())
	assert not [name for name in rest_reference.endpoints() if f"/{name}" not in shown]


@pytest.mark.parametrize("example", rest_reference.examples(), ids=lambda example: example.title)
def test_example(example, rest, web_url):
	records = Records(web_url)
	path, body = (rest_reference.fill(text, records) for text in (example.path, example.body))
	client = rest(records[example.who])
	arguments = json.loads(body) if body.strip() else {}
	if "/api/method/" in path:
		answer = client.call(path.removeprefix("/api/method/"), verb=example.verb, **arguments)
	else:
		answer = client.request(example.verb, client.url + path, json=arguments or None, timeout=60)
	assert answer.status_code == 200, error_of(answer)
	if example.kind == "text":
		assert not [line for line in example.answer.splitlines() if line not in answer.text]
		return
	problems = rest_reference.missing_from(json.loads(example.answer), answer.json())
	assert not problems, f"{problems} in {answer.text[:2000]}"
