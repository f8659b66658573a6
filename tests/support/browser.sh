#!/usr/bin/env bash
# The browser tests need Chromium and a Chinese font. Root on Debian: installed here, with Chromium's headless shell, which
# runs the same tests in a fifth less time; where it cannot be had they run in Chromium. Others: told how.
set -euo pipefail
have_shell() { command -v chromium-headless-shell >/dev/null; }
have_browser() { have_shell || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]; }
have_font() { [ "$(uname)" = Darwin ] || fc-list :lang=zh 2>/dev/null | grep -q .; }
can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >>/tmp/credit-window-apt.log 2>&1; }
have_shell && have_font && exit 0
if can_install; then
  echo "Installing a headless Chromium and a Chinese font ..."
  apt-get update -qq >/tmp/credit-window-apt.log 2>&1 || true
  install chromium-headless-shell fonts-noto-cjk && exit 0
  have_browser && have_font && exit 0
  install chromium fonts-noto-cjk && exit 0
  tail -n 3 /tmp/credit-window-apt.log
fi
have_browser && have_font && exit 0
echo "The browser tests need Chromium and a Chinese font: sudo apt-get install chromium fonts-noto-cjk"
exit 1
