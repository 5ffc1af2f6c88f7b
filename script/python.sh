# Sourced by the scripts: runs the groundwork package with a Python that is new enough, and installs one where it may.
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

install_python() {
	local as_root=()
	[ "$(id -u)" = 0 ] || as_root=(sudo)
	if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }; then
		echo "Installing Python, which the scripts are written in"
		"${as_root[@]}" apt-get update -qq
		"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
	fi
}

groundwork() {
	local python
	python="$(find_python)"
	if [ -z "$python" ]; then
		install_python >&2
		python="$(find_python)"
	fi
	if [ -z "$python" ]; then
		echo "Error: Python 3.10 or later is missing. Ask an administrator to run: apt-get install -y python3 python3-venv" >&2
		exit 1
	fi
	PYTHONPATH="$root/script" exec "$python" -m groundwork "$@"
}
