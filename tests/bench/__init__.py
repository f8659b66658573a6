"""Long runs with limits (`python -m tests.bench`): speed, growth, fuzzing, kills, attacks. Tests have short forms."""
