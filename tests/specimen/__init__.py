"""复议登记, an invented errand in code, used by `tests/wiring/test_specimen.py`: what an errand needs, and gets.

A resident tells the centre that a decision is under administrative reconsideration. It takes this folder and one
`Part` in the composition. No law stands behind it, so its steps are a service; its clock is borrowed from the review
of objections.

States: lodged → noted | closed.
"""
