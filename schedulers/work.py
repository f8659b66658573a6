"""What the jobs are given: the services, and the parts that only the worker has."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from api.composition import Services
from api.infra.heartbeats import HeartbeatStore
from api.notices.push.receivers import ReceiverStore
from api.notices.push.store import OutboxStore, SubscriptionStore, TemplateStore
from schedulers.deliveries import Deliveries


class Work:
    def __init__(self, services: Services) -> None:
        database, keys = services.database, services.keys
        self.services = services
        self.clock = services.clock
        self.heartbeats = HeartbeatStore(database)
        self.outbox = OutboxStore(database, keys)
        self.templates = TemplateStore(database)
        self.deliveries = Deliveries(
            self.outbox,
            SubscriptionStore(database, keys),
            ReceiverStore(database, keys),
            self.templates,
            services.promises,
            services.wechat,
            services.settings.wechat,
            services.clock,
        )

    @staticmethod
    async def all_of(*parts: Coroutine[Any, Any, int]) -> list[int]:
        """What each part of a job did. One that fails stops no other; its fault is raised when all have ended."""
        done = await asyncio.gather(*parts, return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome
        return [outcome for outcome in done if not isinstance(outcome, BaseException)]
