"""Pure decisions of the customer file: how numbers are compared (C4), what an entry must contain (A4)."""

CLAIMED_CATEGORIES = frozenset({"Intended", "Formal"})
