"""A page that somebody sends to be made into a PDF."""

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

FORBIDDEN = (
	"script",
	"iframe",
	"frame",
	"frameset",
	"object",
	"embed",
	"applet",
	"base",
	"meta",
	"video",
	"audio",
	"source",
	"track",
)
ADDRESSES = ("src", "href", "data", "poster", "background", "srcset", "xlink:href", "action", "formaction")
OWN_FOLDERS = ("/assets/", "/files/")
STYLE_ADDRESS = re.compile(r"(?:url\s*\(|@import|expression\s*\(|\\[0-9a-f])", re.IGNORECASE)


def keep_own_addresses(html: str, site: str) -> str:
	"""The page without what a renderer would run or fetch from elsewhere: stylesheets and pictures of this site stay, and
	pictures that stand in the page itself."""
	page = BeautifulSoup(html, "html5lib")
	for tag in page.find_all(FORBIDDEN):
		if not (tag.name == "meta" and set(tag.attrs) <= {"charset"}):
			tag.decompose()
	for style in page.find_all("style"):
		text = style.decode_contents(formatter=None)
		if STYLE_ADDRESS.search(text):
			style.string = _clean_style(text, site)
	for tag in page.find_all(True):
		for name in list(tag.attrs):
			_clean_attribute(tag, name, site)
	return str(page)


def _clean_attribute(tag, name: str, site: str) -> None:
	value = tag.attrs[name]
	text = " ".join(value) if isinstance(value, list) else str(value)
	if name.lower().startswith("on"):
		del tag.attrs[name]
	elif name.lower() == "style" and STYLE_ADDRESS.search(text):
		tag.attrs[name] = _clean_style(text, site)
	elif name.lower() in ADDRESSES and not (tag.name == "a" or is_own(text, site)):
		del tag.attrs[name]


def _clean_style(text: str, site: str) -> str:
	"""Only whole rules with an address of this site or data stay; the rest of a style with addresses is not worth the risk."""
	found = re.findall(r"url\s*\(\s*['\"]?([^'\")]*)['\"]?\s*\)", text, re.IGNORECASE)
	is_plain = len(found) == len(STYLE_ADDRESS.findall(text))
	return text if is_plain and all(is_own(address, site) for address in found) else ""


def is_own(address: str, site: str) -> bool:
	address = address.strip()
	if address.lower().startswith("data:image/") or address.startswith("#") or not address:
		return True
	parts, own = urlsplit(address), urlsplit(site)
	if (parts.scheme or parts.netloc) and (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
		return False
	return parts.path.startswith(OWN_FOLDERS) and ".." not in parts.path and "\\" not in address
