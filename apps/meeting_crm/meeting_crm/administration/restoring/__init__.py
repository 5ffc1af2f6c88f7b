"""Restore (E6): a backup is loaded into a second database beside the running site, checked and brought up to date there,
and then changes places with the live one in one statement. README.md maps the modules."""
