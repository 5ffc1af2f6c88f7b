"""CRM with a customer pool for companies that sell meetings and exhibitions."""

__version__ = "0.1.0"
