"""新洲, an invented place that stands in data alone: what the product does for a place it was never told of."""
