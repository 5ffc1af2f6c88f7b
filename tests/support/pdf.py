"""Small PDF files for tests that need no site."""

import io

import pikepdf


def make_pdf(count: int = 1, turned: int = 0, size: tuple[int, int] = (595, 842), text: str = "") -> bytes:
	document = pikepdf.new()
	for _ in range(count):
		page = document.add_blank_page(page_size=size)
		page.Resources = pikepdf.Dictionary(
			Font=pikepdf.Dictionary(
				F1=pikepdf.Dictionary(
					Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
				)
			)
		)
		page.Contents = document.make_stream(f"BT /F1 12 Tf 100 300 Td ({text or 'Contract'}) Tj ET".encode())
		if turned:
			page.Rotate = turned
	target = io.BytesIO()
	document.save(target)
	return target.getvalue()
