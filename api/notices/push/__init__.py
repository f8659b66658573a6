"""The WeChat half of notices: permissions banked one accept at a time, the outbox that workers share, WeChat's events."""
