"""What is done to a copy of a Word or Excel file before LibreOffice sees it: nothing is fetched, changes are accepted, wide
tables fit a page. Knows no Frappe."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

from lxml import etree

from meeting_crm.documents import files

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
WORD_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
SHEET_PARTS = re.compile(r"xl/worksheets/[^/]+\.xml")
HYPERLINK = "/hyperlink"
Changes = dict[re.Pattern[str], Callable[[etree._Element], None]]


def parse_xml(data: bytes) -> etree._Element:
	parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
	return etree.fromstring(data, parser)


def write_xml(tree: etree._Element) -> bytes:
	return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def prepare(content: bytes) -> bytes:
	nature = files.recognise(content)
	changes: Changes = {re.compile(r".*\.rels"): drop_outside_relations}
	if nature.kind == files.WORD:
		changes[WORD_PARTS] = accept_changes
	else:
		changes[SHEET_PARTS] = fit_width
	return rewrite(content, changes)


def rewrite(content: bytes, changes: Changes) -> bytes:
	"""Every part whose name matches goes through its function; all else stays as it is."""
	target = BytesIO()
	with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
		for entry in source.infolist():
			data = files.read_part(source, entry.filename, files.MAX_UNZIPPED)
			for pattern, change in changes.items():
				if pattern.fullmatch(entry.filename):
					tree = parse_xml(data)
					change(tree)
					data = write_xml(tree)
			package.writestr(entry.filename, data)
	return target.getvalue()


def drop_outside_relations(tree: etree._Element) -> None:
	"""Pictures, templates and data from elsewhere; links that a reader clicks stay."""
	for relation in list(tree.iter(f"{RELATIONS}Relationship")):
		if relation.get("TargetMode") == "External" and not (relation.get("Type") or "").endswith(HYPERLINK):
			relation.set("Target", "about:blank")


def accept_changes(tree: etree._Element) -> None:
	"""The text as it reads when every tracked change is accepted: what is sealed and shown holds nothing struck out."""
	_join_deleted_marks(tree)
	for node in list(tree.iter(f"{W}del", f"{W}moveFrom")):
		if node.getparent() is not None and node.getparent().tag not in (f"{W}rPr", f"{W}trPr"):
			node.getparent().remove(node)
	for row in [node.getparent().getparent() for node in tree.iter(f"{W}del") if node.getparent().tag == f"{W}trPr"]:
		row.getparent().remove(row)
	for node in list(tree.iter(f"{W}ins", f"{W}moveTo")):
		parent = node.getparent()
		if parent is None:
			continue
		if parent.tag not in (f"{W}rPr", f"{W}trPr"):
			for child in list(node):
				node.addprevious(child)
		parent.remove(node)
	for name in ("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange", "tblGridChange"):
		for node in list(tree.iter(f"{W}{name}")):
			node.getparent().remove(node)
	for name in ("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd"):
		for node in list(tree.iter(f"{W}{name}")):
			node.getparent().remove(node)


def _join_deleted_marks(tree: etree._Element) -> None:
	"""A paragraph whose end is struck out runs on into the next one."""
	for mark in list(tree.iter(f"{W}del")):
		properties = mark.getparent()
		if properties is None or properties.tag != f"{W}rPr" or properties.getparent().tag != f"{W}pPr":
			continue
		paragraph = properties.getparent().getparent()
		properties.remove(mark)
		following = paragraph.getnext()
		if following is None or following.tag != f"{W}p":
			continue
		place = 1 if len(following) and following[0].tag == f"{W}pPr" else 0
		for child in reversed([child for child in paragraph if child.tag != f"{W}pPr"]):
			following.insert(place, child)
		paragraph.getparent().remove(paragraph)


def fit_width(tree: etree._Element) -> None:
	"""One page wide and as long as it is, lying on its side: thirty columns are sixty pages and not four hundred."""
	properties = tree.find(f"{S}sheetPr")
	if properties is None:
		properties = etree.Element(f"{S}sheetPr")
		tree.insert(0, properties)
	fit = properties.find(f"{S}pageSetUpPr")
	if fit is None:
		fit = etree.SubElement(properties, f"{S}pageSetUpPr")
	fit.set("fitToPage", "1")
	setup = tree.find(f"{S}pageSetup")
	if setup is None:
		margins = tree.find(f"{S}pageMargins")
		if margins is None:
			return
		setup = etree.Element(f"{S}pageSetup")
		margins.addnext(setup)
	setup.attrib.pop("scale", None)
	for relation in [name for name in setup.attrib if name.endswith("}id")]:
		setup.attrib.pop(relation)
	setup.set("fitToWidth", "1")
	setup.set("fitToHeight", "0")
	setup.set("orientation", "landscape")
