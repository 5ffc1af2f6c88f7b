"""The file of a backup and which backups stay: no site, real files."""

import io
import tarfile
from datetime import date, datetime, timedelta

import pytest

from meeting_crm.administration import bundle, rotation

KEY, OTHER = "a" * 64, "b" * 64
DUMP = b"".join(b"INSERT INTO `tabUser` VALUES (%d,'x');\n" % number for number in range(50_000))


@pytest.fixture
def made(tmp_path):
	path = tmp_path / "site.tar"
	writer = bundle.Writer(path)
	with writer.compressed_part(bundle.DATABASE) as stream:
		for start in range(0, len(DUMP), 10_000):
			stream.write(DUMP[start : start + 10_000])
	writer.add(bundle.KEYS, b"{}")
	writer.close({"site": "a.localhost"}, KEY)
	return path


def test_a_bundle_is_an_ordinary_tar_and_gives_back_what_went_in(made):
	with tarfile.open(made) as archive:
		assert archive.getnames() == [bundle.DATABASE, bundle.KEYS, bundle.MANIFEST, bundle.SIGNATURE]
	reader = bundle.Reader(made)
	reader.verify()
	with reader.open_part(bundle.DATABASE) as stream:
		assert stream.read() == DUMP
	assert reader.manifest["site"] == "a.localhost"
	assert (reader.is_signed_with(KEY), reader.is_signed_with(OTHER)) == (True, False)
	assert made.stat().st_mode & 0o077 == 0, "others on the server may read all data"


def test_one_flipped_byte_anywhere_is_noticed(made):
	content = made.read_bytes()
	reader = bundle.Reader(made)
	part = reader.parts[bundle.DATABASE]
	places = [part.offset + 20, part.offset + part.size // 2, part.offset + part.size - 1]
	places += [reader.parts[bundle.MANIFEST].offset + 10, reader.parts[bundle.SIGNATURE].offset]
	for place in places:
		made.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
		assert not is_good(made), place


def test_a_bundle_cut_anywhere_is_noticed(made):
	content = made.read_bytes()
	for size in (0, 100, 600, len(content) // 2, len(content) - 3000):
		made.write_bytes(content[:size])
		assert not is_good(made), size


def is_good(path) -> bool:
	try:
		reader = bundle.Reader(path)
		reader.verify()
	except bundle.BadBundleError:
		return False
	return reader.is_signed_with(KEY)


@pytest.mark.parametrize(
	"entry",
	[
		{"name": "../../site_config.json"},
		{"name": "/etc/cron.d/evil"},
		{"name": "database.sql.zst", "type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
		{"name": "keys.json", "type": tarfile.CHRTYPE},
		{"name": "site_config.json"},
	],
	ids=lambda entry: entry["name"] + str(entry.get("type", "")),
)
def test_strange_members_are_refused_before_anything_is_read(tmp_path, entry):
	path = tmp_path / "evil.tar"
	with tarfile.open(path, "w") as archive:
		member = tarfile.TarInfo(entry["name"])
		for field, value in entry.items():
			setattr(member, field, value)
		archive.addfile(member, io.BytesIO(b""))
	with pytest.raises(bundle.BadBundleError) as refusal:
		bundle.Reader(path)
	assert refusal.value.code == "strange"


def test_a_stream_that_was_cut_says_so(tmp_path, made):
	reader = bundle.Reader(made)
	part = reader.parts[bundle.DATABASE]
	reader.parts[bundle.DATABASE] = bundle.Part(part.offset, part.size - 10)
	with pytest.raises(bundle.BadBundleError), reader.open_part(bundle.DATABASE) as stream:
		stream.read()


def test_ten_gigabytes_of_zeros_do_not_fill_the_memory(tmp_path):
	import resource

	import zstandard

	path = tmp_path / "zeros"
	with path.open("wb") as file, zstandard.ZstdCompressor(level=3).stream_writer(file) as stream:
		for _number in range(300):
			stream.write(b"\0" * (1 << 20))
	before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
	total = 0
	with bundle.Decompressed(path, bundle.Part(0, path.stat().st_size)) as stream:
		while chunk := stream.read(1 << 20):
			total += len(chunk)
	assert total == 300 << 20
	assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000


TODAY = date(2026, 11, 26)


def backup(days_ago: float, kind: str = rotation.SCHEDULED) -> rotation.Backup:
	taken_on = datetime(2026, 11, 26, 2) - timedelta(days=days_ago)
	return rotation.Backup(f"{kind} {days_ago}", taken_on, kind)


def kept(backups, **policy) -> set[str]:
	removed = rotation.choose_removable(backups, TODAY, rotation.Policy(**policy))
	return {one.name for one in backups} - set(removed)


def test_a_year_of_daily_backups_leaves_seven_days_four_weeks_and_twelve_months():
	backups = [backup(days) for days in range(400)]
	names = kept(backups)
	assert {f"Scheduled {days}" for days in range(7)} <= names
	assert len(names) == 7 + 2 + 11  # of four weeks two, of twelve months one are among the seven days already
	months = {(one.taken_on.year, one.taken_on.month) for one in backups if one.name in names}
	assert len(months) == 12


def test_the_last_good_one_stays_whatever_its_age():
	assert kept([backup(900)], daily=1, weekly=0, monthly=0) == {"Scheduled 900"}
	old = [backup(900), backup(901)]
	assert kept(old, daily=1, weekly=0, monthly=0) == {"Scheduled 900"}


def test_an_uploaded_one_is_not_the_last_good_one():
	assert kept([backup(900), backup(1, rotation.UPLOADED)], daily=0, weekly=0, monthly=0) == {
		"Uploaded 1",
		"Scheduled 900",
	}


def test_what_was_made_by_hand_or_before_a_restore_stays_its_days():
	backups = [backup(0), backup(3.1, rotation.BY_HAND), backup(29, rotation.SAFETY), backup(31, rotation.SAFETY)]
	assert kept(backups, daily=1, weekly=0, monthly=0) == {"Scheduled 0", "By Hand 3.1", "Before a Restore 29"}
