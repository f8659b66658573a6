"""Phone page, desk and unit page in a real Chromium, used as people use them."""
