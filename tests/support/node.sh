#!/usr/bin/env bash
# The page's formatter and linter and the mini-program's tests need Node. Root on Debian: installed here. Others: told how.
set -euo pipefail
command -v node >/dev/null && command -v npm >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Node ..."
  log=$(mktemp)
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nodejs npm; } >"$log" 2>&1 && { rm -f "$log"; exit 0; }
  tail -n 3 "$log"
fi
echo "Left out: the checks of the page's code need Node 18 or newer with npm: sudo apt-get install nodejs npm"
exit 1
