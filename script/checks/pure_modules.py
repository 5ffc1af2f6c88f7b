"""Lists the modules of the app that know no Frappe, neither themselves nor through what they import: the half whose types are
checked strictly."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "apps" / "meeting_crm"
PACKAGE = "meeting_crm"
FOREIGN = {"frappe", "bs4", "rq", "redis", "werkzeug", "requests"}


def name_of(path: Path) -> str:
	return ".".join(path.relative_to(APP).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path, modules: dict[str, Path]) -> set[str]:
	"""Modules that `path` imports: of this app by their full names, of others by the first part."""
	found = set()
	for node in ast.walk(ast.parse(path.read_text("utf-8"))):
		if isinstance(node, ast.Import):
			names = [alias.name for alias in node.names]
		elif isinstance(node, ast.ImportFrom) and node.module:
			names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
		else:
			continue
		found.update(name if name in modules else name.split(".")[0] for name in names)
	return found


def find_pure_modules() -> list[Path]:
	modules = {
		name_of(path): path
		for path in (APP / PACKAGE).rglob("*.py")
		if not {"node_modules", "tests", "templates", "patches"} & set(path.relative_to(APP).parts)
		and not path.name.startswith("test_")
	}
	imports = {name: imports_of(path, modules) for name, path in modules.items()}
	impure = {name for name, found in imports.items() if found & FOREIGN}
	while more := {name for name, found in imports.items() if name not in impure and found & impure}:
		impure |= more
	return sorted(path for name, path in modules.items() if name not in impure and path.read_text("utf-8").strip())


if __name__ == "__main__":
	print(*(path.relative_to(ROOT) for path in find_pure_modules()), sep="\n")
