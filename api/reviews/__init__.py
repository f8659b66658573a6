"""Reviews: if the centre wants it, a decision that ends in a paper is drafted by one officer and signed by others (承办 → 审核 → 签发).

How many sign is a setting of the centre (`review` in `CW_CENTRES`: 0, 1 or 2). The draft is kept as it was written. The last
signature takes the step, in one transaction, by the same use case as a decision without review.

States: open → issued | returned.
"""
