"""F1, F2: what people put into the library is kept once, never lost, and found only by those who may see it."""

import json

import frappe
import pytest
from frappe.utils import add_days, add_to_date, now_datetime

from meeting_crm.customers import sharing
from meeting_crm.documents import blobs, drafts, folders, jobs, library, links, locks, search, service, texts
from meeting_crm.documents.errors import (
	EmptyFileError,
	FileTooLargeError,
	FolderError,
	InBinError,
	KindChangedError,
	LinkError,
	LockedError,
	NotByHandError,
	TitleTakenError,
)
from meeting_crm.documents.permissions import DOCUMENT, VERSION, can_read, can_write, visible_documents_condition
from meeting_crm.tests import factories
from support.documents import CONTRACT, PRICES, SEALED, as_user, make_document, make_docx
from support.sales import PDF, PNG, make_held


def versions_of(document: str) -> list:
	return frappe.get_all(
		VERSION,
		{"document": document},
		["number", "sha256", "conflict", "author", "restored_from", "base_version"],
		order_by="number",
	)


def listed(user: str) -> set[str]:
	with as_user(user):
		return set(frappe.get_list(DOCUMENT, pluck="name", limit_page_length=0))


@pytest.fixture
def author(site) -> str:
	return factories.make_user()


@pytest.fixture
def colleague(site) -> str:
	return factories.make_user()


class TestKeeping:
	def test_the_same_upload_twice_is_one_document(self, author):
		content = make_docx("合同")
		with as_user(author):
			first = service.upload("合同.docx", None, content)
			again = service.upload("合同.docx", None, content)
		assert again["document"] == first["document"] and again["outcome"] == "unchanged"
		assert len(versions_of(first["document"])) == 1

	def test_the_same_bytes_in_two_documents_are_one_blob(self, author):
		content = make_docx(factories.unique("共同"))
		one = make_document(author, content)
		other = make_document(author, content)
		assert one != other
		paths = {blobs.get_path(row.sha256) for name in (one, other) for row in versions_of(name)}
		assert len(paths) == 1 and paths.pop().read_bytes() == content

	def test_another_file_of_a_taken_title_is_refused_with_the_document_that_has_it(self, author):
		with as_user(author):
			first = service.upload("报价.docx", None, make_docx("一"))
			with pytest.raises(TitleTakenError):
				service.upload("报价.docx", None, make_docx("二"))
			assert frappe.local.response["existing"]["document"] == first["document"]
			with pytest.raises(TitleTakenError):
				service.upload("报 价.DOCX".replace(" ", ""), None, make_docx("三"))

	def test_a_title_taken_by_what_one_may_not_see_is_not_betrayed(self, author, colleague):
		_holder, project, claim = make_held()
		folder = folders.get_project_folder(project)
		title = factories.unique("机密")
		make_document("Administrator", make_docx("甲"), title, folder=folder, customer=claim.customer)
		frappe.get_doc("Meeting Project", project).append("members", {"user": colleague}).parent_doc.save()
		with as_user(colleague):
			kept = service.upload(title, folder, make_docx("乙"))
		assert kept["outcome"] == "stored" and kept["title"].startswith(f"{title} (2)")

	def test_equal_content_makes_no_version(self, author):
		content = make_docx("一")
		name = make_document(author, content)
		with as_user(author):
			assert service.write(name, 1, content)["outcome"] == "unchanged"
		assert len(versions_of(name)) == 1

	def test_two_texts_on_one_base_are_both_kept_and_both_told(self, author, colleague):
		name = make_document(author, make_docx("一"))
		with as_user(author):
			assert service.write(name, 1, make_docx("二"), "改价")["version"] == 2
		with as_user(colleague):
			kept = service.write(name, 1, make_docx("三"))
			assert kept["conflict"] and kept["version"] == 3 and kept["current_version"] == 2
			assert service.write(name, 1, make_docx("三"))["version"] == 3, "a repeated request keeps nothing twice"
		assert [row.conflict for row in versions_of(name)] == [0, 0, 1]
		told = frappe.get_all("Notification Log", {"document_name": name}, pluck="for_user", order_by="for_user")
		assert set(told) == {author, colleague}

	def test_writing_while_somebody_edits_is_kept_beside(self, author, colleague):
		name = make_document(author, make_docx("一"))
		with as_user(author):
			token = locks.acquire(name)["token"]
		with as_user(colleague):
			assert service.write(name, 1, make_docx("外来"))["conflict"]
		with as_user(author):
			kept = service.write(name, 1, make_docx("自己"), token=token)
		assert kept["outcome"] == "stored" and kept["version"] == 3
		assert frappe.db.get_value(DOCUMENT, name, "current_version") == 3

	def test_a_restored_version_is_a_new_one_with_the_old_hash(self, author):
		name = make_document(author, make_docx("一"))
		with as_user(author):
			for number, text in enumerate(("二", "三", "四"), start=1):
				service.write(name, number, make_docx(text))
			kept = service.restore(name, 2)
		rows = versions_of(name)
		assert kept["version"] == 5 and rows[4].sha256 == rows[1].sha256 and rows[4].restored_from == 2

	def test_a_new_version_of_another_kind_is_refused(self, author):
		name = make_document(author, make_docx("一"))
		with as_user(author), pytest.raises(KindChangedError):
			service.write(name, 1, SEALED.read_bytes())

	def test_empty_and_too_large_files_are_refused_in_words(self, author, monkeypatch):
		monkeypatch.setattr(service, "get_max_size", lambda: service.MEGABYTE)
		with as_user(author):
			with pytest.raises(EmptyFileError):
				service.upload("空.docx", None, b"")
			with pytest.raises(FileTooLargeError):
				service.upload("大.bin", None, b"x" * (service.MEGABYTE + 1))

	@pytest.mark.parametrize(
		("content", "kind"),
		[
			(CONTRACT.read_bytes(), "Word"),
			(PRICES.read_bytes(), "Excel"),
			(PDF, "PDF"),
			(PNG, "Picture"),
			("纯文本".encode(), "Other"),
			(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "Other"),
		],
		ids=["docx", "xlsx", "pdf", "png", "text", "svg"],
	)
	def test_the_kind_is_told_by_the_content(self, author, content, kind):
		name = make_document(author, content, "名字.png")
		assert frappe.db.get_value(DOCUMENT, name, "kind") == kind


class TestHistory:
	def test_versions_are_neither_changed_nor_deleted(self, author):
		name = make_document(author)
		row = frappe.get_doc(VERSION, {"document": name})
		row.reason = "x"
		for step in (row.save, row.delete, frappe.copy_doc(row).insert):
			with pytest.raises(frappe.ValidationError):
				step()

	def test_what_follows_from_the_content_is_not_written_by_hand(self, author):
		name = make_document(author)
		doc = frappe.get_doc(DOCUMENT, name)
		before = {field: doc.get(field) for field in service.GUARDED_FIELDS}
		doc.update(dict.fromkeys(("sha256", "status", "current_version", "locked_by"), None))
		doc.description = "说明"
		doc.save()
		doc.reload()
		assert {field: doc.get(field) for field in service.GUARDED_FIELDS} == before and doc.description == "说明"
		with pytest.raises(NotByHandError):
			doc.delete()
		with pytest.raises(NotByHandError):
			frappe.get_doc({"doctype": DOCUMENT, "title": "手写"}).insert()

	def test_every_step_is_in_the_operation_log(self, author):
		name = make_document(author, make_docx("一"))
		with as_user(author):
			service.write(name, 1, make_docx("二"))
			service.put_into_bin(name)
		rows = frappe.get_all(
			"Meeting Operation Log", {"reference_name": name}, ["operation", "before", "after", "user"], order_by="name"
		)
		assert {row.user for row in rows} == {author}
		assert [row.operation for row in rows] == ["Created", "Changed", "Changed"]
		assert json.loads(rows[1].before)["current_version"] == 1 and json.loads(rows[1].after)["current_version"] == 2


class TestWhoSees:
	def test_own_documents_are_nobody_elses(self, author, colleague):
		name = make_document(author)
		assert name in listed(author) and name not in listed(colleague)
		assert can_write(name, author) and not can_read(name, colleague)

	def test_company_and_project_folders_are_open_to_theirs(self, author, colleague):
		project = factories.make_project(author)
		company = make_document(author, folder=folders.get_company_folder())
		ours = make_document(author, folder=folders.get_project_folder(project))
		assert company in listed(colleague) and ours not in listed(colleague)
		assert not can_write(company, colleague)
		frappe.get_doc("Meeting Project", project).append("members", {"user": colleague}).parent_doc.save()
		assert ours in listed(colleague) and can_write(ours, colleague)

	def test_what_hangs_on_a_customer_follows_the_customer_wherever_it_lies(self, colleague):
		holder, _project, claim = make_held()
		name = make_document(holder, customer=claim.customer, folder=folders.get_company_folder())
		assert name in listed(holder) and name not in listed(colleague)
		sharing.share("Meeting Customer", claim.customer, [colleague])
		assert name in listed(colleague) and not can_write(name, colleague)
		sharing.revoke("Meeting Customer", claim.customer, colleague)
		assert name not in listed(colleague)

	def test_a_share_ends_at_its_second(self, author, colleague):
		name = make_document(author)
		with as_user(author):
			sharing.share(DOCUMENT, name, [colleague], write=True, until=add_to_date(now_datetime(), hours=1))
		assert name in listed(colleague) and can_write(name, colleague)
		share = frappe.db.get_value("DocShare", {"share_name": name, "user": colleague})
		frappe.db.set_value("DocShare", share, "meeting_shared_until", add_to_date(now_datetime(), seconds=-1))
		assert name not in listed(colleague) and not can_write(name, colleague)

	def test_finance_sees_a_contracts_papers_from_its_submission_on(self):
		finance, logistics = (
			factories.make_user(None, "Meeting Finance"),
			factories.make_user(None, "Meeting Logistics"),
		)
		holder, project, claim = make_held()
		contract = _make_contract(claim, project)
		name = frappe.db.get_value(DOCUMENT, {"contract": contract.name})
		assert name and name not in listed(finance)
		contract.submit()
		assert name in listed(finance) and name not in listed(logistics) and not can_write(name, finance)

	def test_the_bin_is_seen_by_whom_it_concerns(self, author, colleague):
		name = make_document(author, folder=folders.get_company_folder())
		with as_user(author):
			service.put_into_bin(name)
			with pytest.raises(InBinError):
				service.write(name, 1, make_docx("二"))
		assert name not in listed(colleague) and name in listed(author)

	def test_the_condition_is_closed_to_guests(self):
		assert visible_documents_condition("Guest") == "(1=0)"


class TestFolders:
	def test_folders_are_made_once_and_stay_where_they_belong(self, author):
		assert folders.get_company_folder() == folders.get_company_folder()
		with as_user(author):
			mine = folders.get_personal_folder()
			inner = frappe.get_doc(
				{"doctype": "Meeting Document Folder", "folder_name": "2026", "parent_folder": mine}
			).insert()
			with pytest.raises(FolderError):
				frappe.get_doc(
					{"doctype": "Meeting Document Folder", "folder_name": "2026", "parent_folder": mine}
				).insert()
			inner.parent_folder = inner.name
			with pytest.raises(FolderError):
				inner.save()
			inner.reload()
			inner.parent_folder = folders.get_company_folder()
			with pytest.raises(FolderError):
				inner.save()

	def test_a_folder_with_something_in_it_is_not_deleted(self, author):
		with as_user(author):
			mine = folders.get_personal_folder()
			inner = frappe.get_doc(
				{"doctype": "Meeting Document Folder", "folder_name": "内", "parent_folder": mine}
			).insert()
		make_document(author, folder=inner.name)
		with pytest.raises(FolderError):
			frappe.delete_doc("Meeting Document Folder", inner.name)

	def test_the_tree_shows_only_what_one_may_see(self, author, colleague):
		project = factories.make_project(author)
		folders.get_project_folder(project)
		with as_user(colleague):
			assert project not in {row.project for row in folders.get_tree()}
		with as_user(author):
			assert project in {row.project for row in folders.get_tree()}


class TestLocks:
	def test_one_edits_and_others_are_told_who(self, author, colleague):
		name = make_document(author)
		with as_user(author):
			held = locks.acquire(name)
		with as_user(colleague), pytest.raises(LockedError):
			locks.acquire(name)
		with as_user(author):
			assert locks.renew(name, held["token"])["until"] >= held["until"]
			assert locks.release(name, held["token"])
		with as_user(colleague):
			assert locks.acquire(name)["token"]

	def test_a_lock_without_a_sign_of_life_ends(self, author, colleague):
		name = make_document(author)
		with as_user(author):
			token = locks.acquire(name)["token"]
		frappe.db.set_value(DOCUMENT, name, "locked_until", add_to_date(now_datetime(), seconds=-1))
		with as_user(colleague):
			locks.acquire(name)
		with as_user(author):
			with pytest.raises(LockedError):
				locks.renew(name, token)
			assert not locks.release(name, token), "the other one's lock stays"

	def test_who_loses_a_lock_is_told_and_keeps_the_text(self, author, colleague):
		name = make_document(author)
		with as_user(colleague):
			token = locks.acquire(name)["token"]
		with as_user(author):
			assert locks.break_lock(name)["user"] == colleague
		with as_user(colleague):
			with pytest.raises(LockedError):
				locks.renew(name, token)
			drafts.keep(name, 1, make_docx("未保存"))
			assert drafts.get(name).base_version == 1
		assert frappe.db.exists("Notification Log", {"for_user": colleague, "document_name": name})


class TestDrafts:
	def test_a_draft_is_one_persons_own(self, author, colleague):
		name = make_document(author, make_docx("一"), folder=folders.get_company_folder())
		with as_user(colleague):
			drafts.keep(name, 1, make_docx("草稿一"))
			drafts.keep(name, 1, make_docx("草稿二"))
			assert drafts.read(name) == make_docx("草稿二")
		with as_user(author):
			assert drafts.get(name) is None
			assert not frappe.get_list("Meeting Document Draft", {"document": name})
			service.write(name, 1, make_docx("二"))
		with as_user(colleague):
			assert drafts.get(name).is_behind
			drafts.drop(name)
			assert drafts.get(name) is None


class TestSearch:
	@pytest.mark.parametrize(
		("body", "asked"),
		[
			("本合同一式两份", "合同"),
			("标准展位九平方米", "展位"),
			("代表姓名：𠮷田", "𠮷"),
			("Exhibitor Manual ２０２６", "manual 2026"),
			("第3号馆 Hall 3", "号馆 hall"),
			("折扣率 95%_有效", "95%_"),
		],
	)
	def test_words_in_the_text_are_found(self, author, body, asked):
		mark = factories.unique("唯一")
		name = make_document(author, make_docx(f"{body} {mark}"))
		texts.refresh(name)
		with as_user(author):
			found = search.search(f"{asked} {mark}")
		assert [row.name for row in found] == [name]
		assert "<mark>" in found[0].snippet

	def test_titles_and_tags_are_found_at_once(self, author):
		word = factories.unique("标题")
		name = make_document(author, title=f"{word}.docx")
		with as_user(author):
			assert [row.name for row in search.search(word)] == [name]
			tag = factories.unique("标签")
			frappe.get_doc(DOCUMENT, name).add_tag(tag)
			assert [row.name for row in search.search(tag)] == [name]

	def test_foreign_and_deleted_documents_never_appear(self, author, colleague):
		word = factories.unique("机密")
		foreign = make_document(author, make_docx(word), title=f"{word}.docx")
		gone = make_document(colleague, make_docx(word), title=f"{word}.docx")
		for name in (foreign, gone):
			texts.refresh(name)
		with as_user(colleague):
			service.put_into_bin(gone)
			assert search.search(word) == []

	def test_struck_out_words_and_former_versions_are_not_found(self, author):
		gone, kept = factories.unique("删去"), factories.unique("现在")
		body = f'<w:p><w:del w:id="1" w:author="a"><w:r><w:delText>{gone}</w:delText></w:r></w:del><w:r><w:t>{kept}</w:t></w:r></w:p>'
		name = make_document(author, make_docx(body=body))
		texts.refresh(name)
		with as_user(author):
			assert search.search(kept) and not search.search(gone)
			service.write(name, 1, make_docx("新文本"))
			texts.refresh(name)
			assert not search.search(kept)

	def test_markup_in_a_text_is_shown_as_text(self, author):
		mark = factories.unique("x")
		name = make_document(author, make_docx(f"&lt;img src=x onerror=alert(1)&gt; {mark}"))
		texts.refresh(name)
		with as_user(author):
			assert "<img" not in search.search(mark)[0].snippet

	def test_excel_and_pdf_are_read(self, author):
		for path, word in ((PRICES, "标准展位"), (SEALED, "合同")):
			name = make_document(author, path.read_bytes(), factories.unique("文"))
			texts.refresh(name)
			with as_user(author):
				assert name in {row.name for row in search.search(word)}, path.name


class TestBin:
	def test_out_of_the_bin_again_under_a_free_title(self, author):
		with as_user(author):
			first = service.upload("同名.docx", None, make_docx("一"))["document"]
			service.put_into_bin(first)
			second = service.upload("同名.docx", None, make_docx("二"))["document"]
			assert service.take_out_of_bin(first)["title"] == "同名 (2).docx"
		assert first != second

	def test_the_bin_is_emptied_after_its_days_and_not_before_what_must_be_kept(self, author):
		old, kept, young = (make_document(author) for _ in range(3))
		with as_user(author):
			for name in (old, kept, young):
				service.put_into_bin(name)
		for name in (old, kept):
			frappe.db.set_value(DOCUMENT, name, "deleted_on", add_days(now_datetime(), -31))
		frappe.db.set_value(DOCUMENT, kept, "retention_until", add_days(now_datetime(), 10).date())
		service.purge_bin()
		assert not frappe.db.exists(DOCUMENT, old) and not versions_of(old)
		assert frappe.db.exists(DOCUMENT, kept) and frappe.db.exists(DOCUMENT, young)


class TestBlobs:
	def test_an_orphan_goes_after_a_week_and_a_named_blob_never(self, author):
		import os
		import time

		orphan = blobs.store(factories.unique("无主").encode())
		young = blobs.store(factories.unique("新").encode())
		name = make_document(author)
		kept = versions_of(name)[0].sha256
		for sha256 in (orphan, kept):
			os.utime(blobs.get_path(sha256), (time.time() - 8 * 86_400,) * 2)
		blobs.remove_orphans(jobs.get_known_hashes())
		assert not blobs.get_path(orphan).exists()
		assert blobs.get_path(young).exists() and blobs.get_path(kept).exists()

	def test_the_nightly_check_finds_a_removed_and_a_damaged_blob(self, author):
		removed, damaged = make_document(author), make_document(author)
		blobs.get_path(versions_of(removed)[0].sha256).unlink()
		blobs.get_path(versions_of(damaged)[0].sha256).write_bytes(b"x")
		found = {row.document for row in jobs.find_damage()}
		assert {removed, damaged} <= found
		jobs.tell_damage(jobs.find_damage())
		for name in (removed, damaged):
			blobs.get_path(versions_of(name)[0].sha256).unlink(missing_ok=True)

	def test_storing_again_mends_a_damaged_blob(self):
		content = factories.unique("内容").encode()
		path = blobs.get_path(blobs.store(content))
		path.write_bytes(b"broken")
		blobs.store(content)
		assert path.read_bytes() == content

	@pytest.mark.parametrize("name", ["../../site_config.json", "", "a" * 63, "g" * 64])
	def test_only_hashes_are_paths(self, name):
		with pytest.raises(ValueError):
			blobs.get_path(name)


class TestLinks:
	def test_a_link_opens_until_its_end_and_as_often_as_allowed(self, author):
		name = make_document(author, make_docx("外发"))
		with as_user(author):
			made = links.make(name, add_days(now_datetime(), 1), "秘密", max_downloads=2)
		token = made["url"].partition("token=")[2]
		with as_user("Guest"):
			for wrong in (None, "错"):
				with pytest.raises(LinkError):
					links.open_link(token, wrong)
			for _ in range(2):
				assert links.open_link(token, "秘密").document == name
			with pytest.raises(LinkError):
				links.open_link(token, "秘密")
			with pytest.raises(LinkError):
				links.open_link("erfunden", None)

	def test_a_link_dies_with_its_revocation_and_with_its_authors_right(self, author):
		holder, _project, claim = make_held()
		name = make_document(holder, customer=claim.customer)
		other = make_document(author)
		for user, document, end in (
			(holder, name, lambda: frappe.db.set_value("User", holder, "enabled", 0)),
			(author, other, lambda: links.revoke(frappe.get_doc("Meeting Document Link", {"document": other}))),
		):
			with as_user(user):
				token = links.make(document, add_days(now_datetime(), 1))["url"].partition("token=")[2]
			assert links.open_link(token).document == document
			end()
			frappe.clear_cache(user=user)
			with pytest.raises(LinkError):
				links.open_link(token)

	def test_a_link_ends_within_ninety_days(self, author):
		name = make_document(author)
		with as_user(author):
			for days in (-1, 0, 91):
				with pytest.raises(LinkError):
					links.make(name, add_days(now_datetime(), days))


class TestContracts:
	def test_a_contracts_attachment_is_a_document_kept_once(self):
		_holder, project, claim = make_held()
		contract = _make_contract(claim, project)
		rows = frappe.get_all(DOCUMENT, {"contract": contract.name}, ["name", "customer", "current_version", "kind"])
		assert len(rows) == 1 and rows[0].customer == claim.customer and rows[0].kind == "PDF"
		contract.save()
		assert len(frappe.get_all(DOCUMENT, {"contract": contract.name})) == 1

	def test_the_next_attachment_is_the_next_version(self):
		from support.sales import upload

		_holder, project, claim = make_held()
		contract = _make_contract(claim, project)
		contract.attachment = upload()
		contract.save()
		rows = frappe.get_all(DOCUMENT, {"contract": contract.name}, ["name", "current_version"])
		assert [row.current_version for row in rows] == [2]


def _make_contract(claim, project):
	from support.sales import upload

	return frappe.get_doc(
		{
			"doctype": "Meeting Contract",
			"customer": claim.customer,
			"project": project,
			"amount": 100,
			"attachment": upload(),
		}
	).insert()


def test_the_page_lists_a_folder_newest_first(author):
	with as_user(author):
		folder = folders.get_personal_folder()
	names = [make_document(author, folder=folder) for _ in range(3)]
	for age, name in enumerate(names):
		frappe.db.set_value(DOCUMENT, name, "saved_on", add_days(now_datetime(), -age))
	with as_user(author):
		page = library.get_page(folder=folder)
		assert [row.name for row in page["documents"]] == names and not page["has_more"]
		shown = library.get_document(names[0])
	assert shown["may"] == {"write": True, "share": True, "decide": True} and shown["versions"][0].number == 1
