"""`python -m api audit verify`."""

from datetime import date, datetime

from api.audits.models import DayHead
from api.audits.service import AuditService


async def verify_audit(
    audits: AuditService, now: datetime, day: date | None, known_heads: tuple[DayHead, ...] = ()
) -> list[str]:
    """One line for each fault; empty when the audit is whole. Chains what waits first."""
    await audits.chain_pending(now)
    faults = await audits.verify(day, known_heads)
    return [
        f"{fault.day}"
        + (f" 第{fault.number}条" if fault.number is not None else "")
        + (f" {fault.entry}" if fault.entry else "")
        + f"：{fault.text}（{fault.kind}）"
        for fault in faults
    ]
