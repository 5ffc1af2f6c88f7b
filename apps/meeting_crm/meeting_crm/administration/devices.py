"""What a browser says of itself, in the words people use for it. No Frappe."""

import re

# the first that fits names it: each of these also calls itself by names that stand below it
BROWSERS = (
	("WeChat Work", r"wxwork/([\d.]+)"),
	("WeChat", r"MicroMessenger/([\d.]+)"),
	("DingTalk", r"DingTalk/([\d.]+)"),
	("Feishu", r"(?:Lark|Feishu)/([\d.]+)"),
	("QQ Browser", r"QQBrowser/([\d.]+)"),
	("Edge", r"Edg(?:e|A|iOS)?/([\d.]+)"),
	("Opera", r"OPR/([\d.]+)"),
	("Firefox", r"(?:Firefox|FxiOS)/([\d.]+)"),
	("Chrome", r"(?:Chrome|CriOS|HeadlessChrome)/([\d.]+)"),
	("Safari", r"Version/([\d.]+).*Safari"),
)
SYSTEMS = (
	("HarmonyOS", r"HarmonyOS|OpenHarmony"),
	("iPad", r"iPad"),
	("iPhone", r"iPhone"),
	("Android", r"Android"),
	("Windows", r"Windows"),
	("macOS", r"Macintosh"),
	("Linux", r"Linux"),
)
LONGEST = 60


def describe_device(user_agent: str | None) -> str:
	"""`Chrome 120 · Windows`; programs keep the name they give themselves."""
	text = user_agent or ""
	system = next((name for name, pattern in SYSTEMS if re.search(pattern, text)), "")
	for name, pattern in BROWSERS:
		if found := re.search(pattern, text):
			version = found[1].split(".")[0]
			return " · ".join(filter(None, [f"{name} {version}", system]))
	return text.split(" ")[0][:LONGEST]
