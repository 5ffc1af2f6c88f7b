"""Amounts of documents with items: always calculated here, whatever the client sent."""
