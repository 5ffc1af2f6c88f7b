"""Excel in the browser: a workbook is read for the editor, and only the cells that somebody changed are written."""
