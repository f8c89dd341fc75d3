#!/bin/sh
# Checks for the programs that the test suite uses, installs the missing ones
# from Debian's packages if this user may, and otherwise says what to type.
set -eu
need=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need="$need postgresql"
[ -x /usr/bin/chromium ] || need="$need chromium"
command -v npm >/dev/null 2>&1 || need="$need npm"
command -v node >/dev/null 2>&1 || need="$need nodejs"
command -v pdftotext >/dev/null 2>&1 || need="$need poppler-utils"
command -v strace >/dev/null 2>&1 || need="$need strace"
command -v gcc >/dev/null 2>&1 || need="$need gcc libc6-dev" # the race detector
[ -z "$need" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "installing for the tests:$need"
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $need >/dev/null
	exit 0
fi
echo "The tests need these Debian packages. Type:" >&2
echo "  sudo apt-get install$need" >&2
exit 1
