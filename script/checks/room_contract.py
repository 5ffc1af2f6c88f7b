"""An import-linter contract: what belongs to one room, no other room imports."""

from importlinter import Contract, ContractCheck, fields, output


class RoomContract(Contract):
	"""`private` names modules of a room, such as `doctype`, that only the room itself may import."""

	app = fields.StringField()
	private = fields.ListField(subfield=fields.StringField())
	everywhere = fields.ListField(subfield=fields.StringField())

	def room(self, module: str) -> str:
		return module.removeprefix(f"{self.app}.").split(".")[0]

	def is_private(self, module: str) -> bool:
		parts = module.split(".")
		return parts[0] == self.app and len(parts) > 2 and parts[2] in self.private

	def check(self, graph, verbose: bool) -> ContractCheck:
		intrusions = []
		for imported in filter(self.is_private, graph.modules):
			for importer in graph.find_modules_that_directly_import(imported):
				if self.room(importer) not in (self.room(imported), *self.everywhere):
					details = graph.get_import_details(importer=importer, imported=imported)
					intrusions.append(f"{importer} imports {imported} (line {details[0]['line_number']})")
		return ContractCheck(kept=not intrusions, metadata={"intrusions": sorted(intrusions)})

	def render_broken_contract(self, check: ContractCheck) -> None:
		for intrusion in check.metadata["intrusions"]:
			output.print_error(f"- {intrusion}")
