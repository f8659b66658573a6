"""What happens when something fails: database and worker killed, slow, split or out of memory; malformed files and messages."""
