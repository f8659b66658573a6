"""What the jobs work with: the house and the worker's own half of it."""

from collections.abc import Awaitable, Callable

from api.house import House
from api.infra.heartbeats import HeartbeatStore
from api.notices.push.store import OutboxStore, ReceiverStore, SubscriptionStore, TemplateStore
from schedulers.deliveries import Deliveries

_MOST_BATCHES = 10_000


class Work:
    def __init__(self, house: House) -> None:
        database, keys = house.database, house.keys
        self.house = house
        self.clock = house.clock
        self.heartbeats = HeartbeatStore(database)
        self.outbox = OutboxStore(database, keys)
        self.templates = TemplateStore(database)
        self.deliveries = Deliveries(
            self.outbox,
            SubscriptionStore(database, keys),
            ReceiverStore(database, keys),
            self.templates,
            house.wechat,
            house.settings.wechat,
            house.clock,
        )

    @staticmethod
    async def until_none(some: Callable[[], Awaitable[int]]) -> int:
        """Batch after batch until one does nothing; how many were done. Bounded, so that no fault turns for ever."""
        total = 0
        for _ in range(_MOST_BATCHES):
            done = await some()
            total += done
            if done == 0:
                break
        return total
