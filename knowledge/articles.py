"""The regulations as published: title, chapters, articles, paragraphs, items."""

from knowledge.errors import UnknownArticle, UnknownRegulation
from knowledge.loading import library
from knowledge.models import Article, Paragraph, Regulation

__all__ = ["Article", "Paragraph", "Regulation", "article", "regulation", "regulations"]


def regulations() -> tuple[Regulation, ...]:
    """Every instrument that may be cited; the text of two of them is packaged (`has_text`)."""
    return tuple(library().regulations.values())


def regulation(regulation_id: str) -> Regulation:
    """Raises UnknownRegulation with the ids that are known."""
    known = library().regulations
    try:
        return known[regulation_id]
    except KeyError:
        raise UnknownRegulation(f"unknown regulation {regulation_id!r}; known: {', '.join(known)}") from None


def article(regulation_id: str, number: int) -> Article:
    """Raises UnknownArticle, or UnknownRegulation, with what is known."""
    found = regulation(regulation_id)
    if not found.has_text:
        with_text = ", ".join(r.id for r in regulations() if r.has_text)
        raise UnknownArticle(f"the text of {regulation_id} is not packaged; packaged: {with_text}")
    if not 1 <= number <= len(found.articles):
        raise UnknownArticle(f"{regulation_id} has articles 1 to {len(found.articles)}, not {number}")
    return found.articles[number - 1]
