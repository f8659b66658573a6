"""What fails and what is hostile: database and worker killed or slow, malformed input, secrets that could leak."""
