"""The hands of a person at the keyboard: key by key, with pauses, and a look at what stands there before it is saved.

A test that fills and clicks within a tenth of a second proves nothing about people: what a redraw eats is typed slowly."""

from dataclasses import dataclass, field

KEY_MILLISECONDS = 60
PAUSE_MILLISECONDS = 1000


def type_into(control, text: str) -> None:
	"""Into a field that may hold something already; what stands there afterwards is what was typed."""
	control.click()
	control.press("Control+a")
	control.press("Delete")
	control.press_sequentially(text, delay=KEY_MILLISECONDS)
	control.page.wait_for_timeout(PAUSE_MILLISECONDS)
	assert control.input_value() == text, "what was typed does not stand there any more"


@dataclass
class Hands:
	"""`place` is a page, or the dialog or form of it in which the fields are."""

	place: object
	written: dict = field(default_factory=dict)

	@property
	def page(self):
		return getattr(self.place, "page", self.place)

	def get_input(self, fieldname: str):
		return self.place.locator(
			f'[data-fieldname="{fieldname}"] :is(input, textarea):not([type="checkbox"]):visible'
		).first

	def write(self, fieldname: str, text: str) -> None:
		"""Types into a field that may hold something already, waits, and looks whether all of it is there."""
		type_into(self.get_input(fieldname), text)
		self.written[fieldname] = text
		self.look()

	def choose(self, fieldname: str, label: str) -> None:
		self.place.locator(f'[data-fieldname="{fieldname}"] select').select_option(label=label)
		self.rest()
		self.look()

	def go_on(self) -> None:
		self.page.keyboard.press("Tab")

	def rest(self) -> None:
		self.page.wait_for_timeout(PAUSE_MILLISECONDS)

	def read(self, fieldname: str) -> str:
		return self.get_input(fieldname).input_value()

	def look(self) -> None:
		standing = {fieldname: self.read(fieldname) for fieldname in self.written}
		assert standing == self.written, "what was typed does not stand there any more"

	def press(self, label: str) -> None:
		self.rest()
		self.look()
		self.place.get_by_role("button", name=label, exact=True).click()
