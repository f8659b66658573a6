"""Decides which notices of a batch get a push."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from api.infra.wechat_settings import WeChat
from api.notices.models import Notice, Subscription
from api.notices.push.promises import PROMISED_BY, PromiseStore
from api.notices.push.receivers import Receiver
from api.notices.push.store import OutboxStore
from api.notices.texts import PROMISED, useful_until

TOO_LATE = "too-late"
GAVE_UP = "gave-up"
_TOP_BOOKED = PROMISED - 1  # a result is told at once and never booked

Reserved = Mapping[int, Mapping[tuple[str, str], int]]
"""How many permissions are kept back from notices of a rank, by subject and template."""


class Allotment:
    """A push needs three things: a day on which it is still useful, an account with the main switch on, and a banked
    permission that no more important notice needs.

    `to_send`: the highest rank first. `unpushed`: by reason; reasons that begin with `GAVE_UP` were tried in vain.
    """

    def __init__(
        self,
        waiting: Iterable[Notice],
        receivers: Mapping[str, Receiver],
        permissions: Mapping[str, Subscription],
        settings: WeChat,
        reserved: Reserved,
        today: date,
    ) -> None:
        self._today = today
        self._receivers = receivers
        self._permissions = permissions
        self._settings = settings
        self._reserved = reserved
        self._used: Counter[tuple[str, str]] = Counter()
        self.to_send: list[Notice] = []
        self.unpushed: dict[str, list[str]] = {}
        for notice in sorted(waiting, key=lambda n: -n.rank):
            reason = self._refusal(notice)
            if reason is None:
                self.to_send.append(notice)
            else:
                self.unpushed.setdefault(reason, []).append(notice.id)

    def _refusal(self, notice: Notice) -> str | None:
        name = notice.template or ""
        if not self._settings.templates.get(name):
            return "no-template"
        if self._today > useful_until(notice.kind, notice.on):
            return TOO_LATE if notice.tried_at is None else f"{GAVE_UP}:{notice.reason}"
        receiver = self._receivers.get(notice.subject)
        if receiver is None:
            return "no-account"
        permission = self._permissions.get(receiver.account) or Subscription(id=receiver.account)
        if permission.is_off:
            return "switch-off"
        bank = permission.bank(name)
        if name in self._settings.long_term_templates:
            return "refused" if bank.refused_at else None
        key = (receiver.account, name)
        reserved = self._reserved.get(notice.rank, {}).get((notice.subject, name), 0)
        if bank.usable - self._used[key] - reserved <= 0:
            return "no-quota"
        self._used[key] += 1
        return None

    def openid(self, notice: Notice) -> str:
        return self._receivers[notice.subject].openid

    def spent(self, notices: Iterable[Notice], *, for_good: bool = False) -> dict[str, list[str]]:
        """Accounts by template, each as often as it has used one. A long-term permission is not used up by sending."""
        accounts: dict[str, list[str]] = {}
        for notice in notices:
            name = notice.template or ""
            if (receiver := self._receivers.get(notice.subject)) is None:
                continue  # left since a dead worker sent it
            if name not in self._settings.long_term_templates or for_good:
                accounts.setdefault(name, []).append(receiver.account)
        return accounts


async def reserved_from(notices: Sequence[Notice], outbox: OutboxStore, promises: PromiseStore) -> Reserved:
    """What is kept back for a person's booked notices of higher rank, and for each result that a receipt has promised."""
    reserved: dict[int, dict[tuple[str, str], int]] = {}
    for rank in {notice.rank for notice in notices if notice.rank < PROMISED}:
        alike = [notice for notice in notices if notice.rank == rank]
        is_outranked = rank < _TOP_BOOKED
        counts = await outbox.count_reserved([notice.subject for notice in alike], rank) if is_outranked else {}
        promised = await promises.count([notice.subject for notice in alike if notice.template == PROMISED_BY])
        for subject, count in promised.items():
            key = (subject, PROMISED_BY)
            counts[key] = counts.get(key, 0) + count
        reserved[rank] = counts
    return reserved
