"""Reading lists of companies from CSV and XLSX files and entering them (A8): see service.py in this folder."""
