"""Demo data of executions: what the signed customers of the running editions were promised, and how far finance and logistics
are with it. Same day, same data."""

import random

import frappe
from frappe.utils import add_days, getdate, nowdate

from meeting_crm.contracts.execution import booths, rooming, service, tasks

COUNT = 16
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林"
GIVEN = ("伟", "芳", "建国", "秀英", "志强", "丽娜", "海燕", "文博", "晓明", "雪梅", "国庆", "欣怡")
POSITIONS = ("总经理", "副总经理", "市场部经理", "采购总监", "董事长助理", "工程师")
SPECIAL = (
	{
		"person_name": "买买提·艾力·阿不都热合曼",
		"gender": "Male",
		"ethnicity": "Uyghur",
		"diet": "Halal",
		"position": "副总经理",
	},
	{"person_name": "李𠮷", "gender": "Male", "position": "销售总监"},
	{"person_name": "马小燕", "gender": "Female", "ethnicity": "Hui", "diet": "Halal", "position": "财务经理"},
)
BANNERS = ("热烈祝贺第十八届全国冷链物流大会隆重召开", "冷链相连 共创未来", "安全生产 责任如山")
STAGES = ("Draft", "Submitted", "Confirmed", "Changed", "Confirmed", "Done")


def make_executions(salespeople: list[str], finance: str, logistics: str, seed: int = 7) -> None:
	rng = random.Random(seed)
	contracts = frappe.get_all(
		"Meeting Contract",
		{"docstatus": 1, "signed_on": [">=", add_days(nowdate(), -25)], "holder": ["in", salespeople]},
		["name", "holder", "project", "amount"],
		order_by="signed_on desc, name",
		limit=COUNT,
	)
	former = frappe.session.user
	projects = list(dict.fromkeys(row.project for row in contracts))
	frappe.set_user(logistics)
	hotels = make_hotels(projects)
	for number, contract in enumerate(contracts):
		make_execution(rng, contract, STAGES[number % len(STAGES)], finance, logistics)
	frappe.set_user(logistics)
	for project in projects:
		make_booths(project)
		make_rooms(project, hotels[0])
	frappe.set_user(former)


def make_hotels(projects: list[str]) -> list[str]:
	names = [
		_insert("Meeting Hotel", hotel_name=name, address=address, phone=phone, contact_person=person)
		for name, address, phone, person in (
			("青岛国际会议酒店", "青岛市崂山区海尔路 1 号", "0532-88881111", "孙经理"),
			("青岛海景花园大酒店", "青岛市市南区彰化路 2 号", "0532-88882222", "周经理"),
		)
	]
	for project in projects:
		start = getdate(frappe.db.get_value("Meeting Project", project, "end_date"))
		for number in range(4):
			day = add_days(start, number - 3)
			for room_type, rooms in (("Twin", 30), ("King", 12)):
				_insert(
					"Meeting Room Block",
					project=project,
					hotel=names[0],
					room_type=room_type,
					date=day,
					rooms=rooms,
					price_shared=190,
					price_sole=360,
				)
	return names


def make_execution(rng: random.Random, contract, stage: str, finance: str, logistics: str) -> None:
	frappe.set_user(contract.holder)
	execution = service.make_execution(contract.name)
	amount = int(contract.amount)
	accommodation = min(amount // 5, 6000)
	publicity = amount // 4
	execution.update(
		{
			"participation_fee": amount - accommodation - publicity,
			"publicity_fee": publicity,
			"accommodation_fee": accommodation,
			"tax_number": "91110000600037341L",
			"invoice_type": rng.choice(("Electronic Special", "Electronic Ordinary")),
			"invoice_email": "invoice@example.cn",
		}
	)
	for person in make_people(rng, execution.project):
		execution.append("attendees", person)
	fill_services(rng, execution)
	execution.insert()
	if stage == "Draft":
		return
	service.submit(execution.name)
	if stage in ("Confirmed", "Changed", "Done"):
		for department, user in (("Finance", finance), ("Logistics", logistics)):
			confirm(execution.name, department, user, 6 if stage == "Done" else rng.randint(0, 2))
	if stage == "Changed":
		change(execution.name, contract.holder)


def make_people(rng: random.Random, project: str) -> list[dict]:
	"""Two to six people; one company in three sends somebody with a long or rare name."""
	end = getdate(frappe.db.get_value("Meeting Project", project, "end_date"))
	people = [
		{
			"person_name": rng.choice(SURNAMES) + rng.choice(GIVEN),
			"gender": rng.choice(("Male", "Female")),
			"position": rng.choice(POSITIONS),
		}
		for _number in range(rng.randint(2, 5))
	]
	if rng.random() < 0.35:
		people.append(dict(rng.choice(SPECIAL)))
	for person in people:
		housing = rng.choice(("Sharing", "Sharing", "Sharing", "Single", "No Room"))
		person.update({"mobile": f"139{rng.randint(10000000, 99999999)}", "housing": housing})
		if housing != "No Room":
			person.update({"arrive_on": add_days(end, -rng.randint(2, 3)), "leave_on": end})
	return people


def fill_services(rng: random.Random, execution) -> None:
	for row in execution.deliverables:
		if row.type == "Banner":
			row.update(
				{"text": rng.choice(BANNERS), "quantity": 1, "colour": "红底黄字", "signed_by": execution.unit_name}
			)
		elif row.type == "Delegate Badge":
			row.quantity = len(execution.attendees)
		elif row.type == "Booth Reservation" and rng.random() < 0.7:
			row.update(
				{"text": rng.choice(("靠近主通道", "双开口", "与去年同一位置")), "quantity": 1, "specification": "3×3"}
			)
		elif row.type == "Journal Advertisement" and rng.random() < 0.5:
			row.update(
				{"text": f"{execution.unit_name}，专注行业二十年。", "place": rng.choice(("内页", "封二", "封三"))}
			)
		elif rng.random() < 0.4:
			row.declined = 1


def confirm(execution: str, department: str, user: str, steps: int) -> None:
	frappe.set_user(user)
	task = frappe.get_doc("Meeting Department Task", {"execution": execution, "department": department})
	tasks.confirm(task.name, 1)
	for row in task.steps[:steps]:
		tasks.tick(task.name, row.name, True)


def change(execution: str, holder: str) -> None:
	"""What finance and logistics have to look at again."""
	frappe.set_user(holder)
	doc = frappe.get_doc("Meeting Execution", execution)
	doc.title = doc.title.replace("有限公司", "（北京）有限公司")
	doc.attendees[0].position = "董事长"
	for row in doc.attendees:
		if row.leave_on:
			row.leave_on = add_days(row.leave_on, 1)
			break
	doc.save()


def make_booths(project: str) -> None:
	for row, prefix in enumerate("AB"):
		booths.make_row(project, "1", prefix, 10, 3, 3, row)
	free = frappe.get_all("Meeting Booth", {"project": project}, pluck="name", order_by="number")
	waiting = booths.get_waiting(project, set())
	for booth, company in zip(free[1::2], waiting[: len(waiting) // 2], strict=False):
		booths.book(booth, company["execution"])


def make_rooms(project: str, hotel: str) -> None:
	"""Half of what is proposed is done; the rest is there to be tried."""
	proposed = rooming.propose(project)["rooms"]
	rooming.apply(project, hotel, [[guest["attendee"] for guest in room] for room in proposed[: len(proposed) // 2]])


def _insert(doctype: str, **values) -> str:
	return frappe.get_doc({"doctype": doctype, **values}).insert().name
