# Sourced by the scripts: runs the groundwork package with a Python that is new enough.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

find_python() {
	local candidate
	for candidate in "$root/.tools/bin/python" /usr/bin/python3 python3.12 python3.11 python3.10 python3; do
		if command -v "$candidate" >/dev/null 2>&1 &&
			"$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
			echo "$candidate"
			return
		fi
	done
}

groundwork() {
	local python
	python="$(find_python)"
	if [ -z "$python" ]; then
		echo "Error: Python 3.10 or later is missing. Install it: apt-get install python3 python3-venv" >&2
		exit 1
	fi
	PYTHONPATH="$root/script" exec "$python" -m groundwork "$@"
}
