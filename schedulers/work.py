"""What the jobs work with: the house and the worker's own half of it."""

from api.house import House
from api.infra.heartbeats import HeartbeatStore
from api.notices.push.store import OutboxStore, ReceiverStore, SubscriptionStore, TemplateStore
from schedulers.deliveries import Deliveries


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
