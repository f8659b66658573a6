"""What the jobs are given: the services, and the parts that only the worker has."""

from collections.abc import Awaitable, Callable

from api.composition import Services
from api.infra.heartbeats import HeartbeatStore
from api.notices.push.store import OutboxStore, ReceiverStore, SubscriptionStore, TemplateStore
from schedulers.deliveries import Deliveries

_MOST_BATCHES = 10_000


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
            services.wechat,
            services.settings.wechat,
            services.clock,
        )

    @staticmethod
    async def until_none(some: Callable[[], Awaitable[int]]) -> int:
        """Runs batches until one does nothing, and returns how many items were done. Bounded, so that no fault loops for ever."""
        total = 0
        for _ in range(_MOST_BATCHES):
            done = await some()
            total += done
            if done == 0:
                break
        return total
