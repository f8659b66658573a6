"""Push by WeChat: permissions, of which each accept allows one message; the outbox that workers share; WeChat's events."""
