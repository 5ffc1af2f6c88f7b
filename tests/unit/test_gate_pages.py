"""What is left of a page that somebody sends to be made into a PDF, and which addresses stay on the site."""

import pytest

from meeting_crm.gate.pages import keep_own_addresses

SITE = "http://crm.example.com"


@pytest.mark.parametrize(
	"html",
	[
		'<img src="http://127.0.0.1:6379/x">',
		'<img src="//127.0.0.1/x">',
		'<img src="file:///etc/passwd">',
		'<img src="http://crm.example.com@127.0.0.1/assets/x">',
		'<img src="/assets/../api/method/x">',
		'<img srcset="http://127.0.0.1/x 1x">',
		'<iframe src="http://127.0.0.1"></iframe>',
		'<object data="http://127.0.0.1"></object>',
		'<embed src="http://127.0.0.1">',
		'<link rel="stylesheet" href="http://127.0.0.1/x.css">',
		'<base href="http://127.0.0.1/">',
		'<meta http-equiv="refresh" content="0;url=http://127.0.0.1">',
		"<script>location='http://127.0.0.1'</script>",
		'<svg><image xlink:href="http://127.0.0.1/x"></image></svg>',
		'<div style="background:url(http://127.0.0.1/x)">',
		"<style>@import 'http://127.0.0.1/x.css';</style>",
		"<style>a{background:u\\72l(http://127.0.0.1)}</style>",
		'<body background="http://127.0.0.1/x">',
		'<video poster="http://127.0.0.1/x"></video>',
		'<input type="image" src="http://127.0.0.1/x">',
	],
)
def test_nothing_is_fetched_from_elsewhere(html):
	kept = keep_own_addresses(html, SITE)
	assert "127.0.0.1" not in kept
	assert "/etc/passwd" not in kept
	assert "/api/method" not in kept


@pytest.mark.parametrize(
	"html",
	[
		'<link href="http://crm.example.com/assets/x.css" rel="stylesheet"/>',
		'<img src="/files/logo.png"/>',
		'<img src="data:image/png;base64,AAAA"/>',
		'<a href="https://elsewhere.example/">x</a>',
		"<td>100 < 200</td>",
		"<style>td { background: url('/assets/x.png') }</style>",
	],
)
def test_what_a_report_needs_stays(html):
	kept = keep_own_addresses(f"<table><tr>{html}</tr></table>" if html.startswith("<td") else html, SITE)
	for word in ("x.css", "logo.png", "base64,AAAA", "elsewhere.example", "100", "/assets/x.png"):
		assert (word in kept) == (word in html)
