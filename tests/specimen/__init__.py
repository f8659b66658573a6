"""复议登记, an invented errand: a resident tells the centre that a decision is under administrative reconsideration.

It lives here to show, and to prove, what an errand needs: this folder and one `Part` in the composition. No law stands
behind it, so its steps are a service; its clock is borrowed from the review of objections.

States: lodged → noted | closed.
"""
