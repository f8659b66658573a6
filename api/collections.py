"""Every collection of the database: those that the stores declare, and those of the errands."""

from api.accounts import store as accounts_store
from api.administration import calendars as calendars_store
from api.administration import centres as centres_store
from api.audits import store as audits_store
from api.chat import answers as chat_answers
from api.chat import store as chat_store
from api.desk import absences as absences_store
from api.desk import counting as counting_store
from api.desk import digests as digests_store
from api.desk import recounting as recounting_store
from api.desk import store as desk_store
from api.errands import PARTS
from api.evidence import store as evidence_store
from api.footprints import store as footprints_store
from api.infra import heartbeats, rekeying, wechat_token
from api.infra import limits as limits_store
from api.infra import once as once_store
from api.infra import turns as turns_store
from api.infra.collections import Collection, declared_in
from api.journal import store as journal_store
from api.notices import store as notices_store
from api.notices.push import store as push_store
from api.papers import store as papers_store
from api.providers import store as providers_store
from api.records import deliveries as deliveries_store
from api.records import store as records_store
from api.reviews import store as reviews_store

ALL: tuple[Collection, ...] = (
    *declared_in(
        once_store,
        limits_store,
        turns_store,
        heartbeats,
        wechat_token,
        rekeying,
        accounts_store,
        providers_store,
        chat_answers,
        chat_store,
        papers_store,
        records_store,
        deliveries_store,
        footprints_store,
        notices_store,
        push_store,
        audits_store,
        evidence_store,
        desk_store,
        digests_store,
        absences_store,
        counting_store,
        recounting_store,
        centres_store,
        calendars_store,
        journal_store,
        reviews_store,
    ),
    *(collection for part in PARTS for collection in part.errand.collections),
)
