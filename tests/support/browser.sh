#!/usr/bin/env bash
# The browser tests need Chromium and a Chinese font. Root on Debian: installed here. Others: told how.
set -euo pipefail
have_browser() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]; }
have_font() { [ "$(uname)" = Darwin ] || fc-list :lang=zh 2>/dev/null | grep -q .; }
have_browser && have_font && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium and a Chinese font ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk; } >/tmp/credit-window-apt.log 2>&1 && exit 0
  tail -n 3 /tmp/credit-window-apt.log
fi
echo "The browser tests need Chromium and a Chinese font: sudo apt-get install chromium fonts-noto-cjk"
exit 1
