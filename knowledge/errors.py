"""What can go wrong when the law is asked: one class for each cause, each message one line that names what is
known.
"""

from collections.abc import Iterable


class KnowledgeError(Exception):
    """Anything this package refuses. The message is one line, fit for a command line."""


class UnknownRegulation(KnowledgeError):
    """No instrument has this id."""


class UnknownArticle(KnowledgeError):
    """The regulation has no article of this number, or its text is not packaged."""


class UnknownJurisdiction(KnowledgeError):
    """Neither a jurisdiction of this product nor `national`."""


class UnknownRule(KnowledgeError):
    """No jurisdiction has a rule of this id."""


class UnknownClock(KnowledgeError):
    """No rule of this name counts time from an event."""


class UnknownCapability(KnowledgeError):
    """No jurisdiction says anything about this capability."""


class NoRuleInForce(KnowledgeError):
    """The rule exists, but not in this jurisdiction or not on this date. The nearest value is never given
    instead.
    """


class CalendarUnknown(KnowledgeError):
    """The count reaches a year for which no calendar is packaged."""


class PauseNotAllowed(KnowledgeError):
    """The law lets this clock run on, or does not know this kind of pause."""


class ImpossibleDates(KnowledgeError):
    """The dates contradict each other, e.g. a pause that ends before it begins."""


class UnknownRecordClass(KnowledgeError):
    """Not one of the classes that an authority may state."""


class UnknownMeasure(KnowledgeError):
    """Not on the published list of the jurisdiction on that date; it must not be shown as applicable."""


class UnknownCatalogueEntry(KnowledgeError):
    """Not in the catalogue of the jurisdiction on that date."""


class UnknownDocumentKind(KnowledgeError):
    """Not an identity document this product knows how to read."""


class InvalidDocumentNumber(KnowledgeError):
    """The number cannot belong to a document of this kind. The message never repeats the number."""


class BrokenData(KnowledgeError):
    """Every fault of every data file, each with file and key."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))
