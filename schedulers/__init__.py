"""The clock: its own process, which plans, delivers, expires and retains."""
