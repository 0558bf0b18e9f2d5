"""The list of wrong changes can be applied to the sources as they are, and each becomes what it says."""

import re
import subprocess
import sys

import pytest

from harness import CLONE

sys.path.append(str(CLONE / "Tests/Mutation"))

from mutation import BadMutation, Mutation, with_mutations  # noqa: E402
from mutations import MUTATIONS  # noqa: E402

TEXTS = {"a.swift": "if one < two { try sync() }\n", "b.swift": "let limit = 5\n"}


def test_wrong_changes_can_be_applied_to_the_sources_as_they_are():
    """Most of them: one whose text was changed is told by the tool, and is no fault of whoever changed it."""
    done = subprocess.run([CLONE / "Tests/Mutation/run", "--check"], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    count, targets = map(int, re.search(r"(\d+) mutations of (\d+) targets can be applied", done.stdout).groups())
    assert count > 0.95 * len(MUTATIONS) >= 60 and targets >= 30, done.stdout


def test_every_wrong_change_has_a_number_of_its_own_and_tests():
    assert len({mutation.number for mutation in MUTATIONS}) == len(MUTATIONS)
    for mutation in MUTATIONS:
        assert mutation.unit or mutation.system, f"{mutation} names no test"


def test_changes_stand_behind_their_switches():
    comparison = Mutation("Target", "turned", "one < two", "one <= two", "^Tests")
    dropped = Mutation("Target", "dropped", "try sync()", "", "^Tests")
    shaped = Mutation("Target", "moved", "let limit = 5", "let limit = MUTATED ? 6 : 5", "^Tests")
    changed = with_mutations(TEXTS, [comparison, dropped, shaped])
    turned = f"(mutated({comparison.number}) ? one <= two : one < two)"
    assert changed["a.swift"] == f"if {turned} {{ if !mutated({dropped.number}) {{ try sync() }} }}\n"
    assert changed["b.swift"] == f"let limit = mutated({shaped.number}) ? 6 : 5\n"


@pytest.mark.parametrize("old", ["three", "o"])
def test_text_that_does_not_stand_once_is_refused(old):
    with pytest.raises(BadMutation):
        with_mutations(TEXTS, [Mutation("Target", "nowhere", old, "false", "^Tests")])


def test_changes_of_the_same_text_are_refused():
    one = Mutation("Target", "one", "one < two", "true", "^Tests")
    other = Mutation("Target", "other", "two {", "three {", "^Tests")
    with pytest.raises(BadMutation):
        with_mutations(TEXTS, [one, other])
