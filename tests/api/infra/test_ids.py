"""Ids sort by time, and no two processes make the same."""

import os
import re

from api.infra.ids import new_id


def test_ids_are_different_and_sort_by_the_time_they_were_made() -> None:
    made = [new_id("obj") for _ in range(2000)]
    assert len(set(made)) == len(made)
    assert all(re.fullmatch(r"obj_[0-9a-hjkmnp-tv-z]{26}", one) for one in made)
    assert [one[:14] for one in made] == sorted(one[:14] for one in made)


def test_a_process_made_by_fork_draws_its_own() -> None:
    new_id("obj")  # what is drawn and not used yet must not be in both
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(into, " ".join(new_id("obj")[14:] for _ in range(300)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(into)
    with os.fdopen(out) as pipe:
        theirs = set(pipe.read().split())
    ours = {new_id("obj")[14:] for _ in range(300)}
    assert len(theirs) == len(ours) == 300
    assert not theirs & ours
