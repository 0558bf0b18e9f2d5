"""What a mutation is: one wrong change of a source, and the tests that must fail because of it."""

import hashlib
import re
from dataclasses import dataclass


class BadMutation(Exception):
    """A mutation that cannot be applied, with what is wrong about it."""


@dataclass(frozen=True)
class Mutation:
    """One wrong change.

    `old` stands exactly once in the files of the target. Where `new` is empty, the statements `old` are left out; where
    it holds the word MUTATED, it takes their place and is itself right while that is false; otherwise both are
    expressions of one type, of which `new` is the wrong one. So all mutations of Swift sources are compiled together,
    and a number in the environment chooses the one that counts.
    In files that are not compiled, `old` is replaced by `new` while the tests run.
    """

    target: str
    what: str
    old: str
    new: str
    # Of the names of unit tests, a regular expression; empty for none.
    unit: str = ""
    # Arguments of pytest: files in Tests/SystemTests, and options.
    system: str = ""

    @property
    def is_compiled(self):
        return "/" not in self.target

    @property
    def number(self):
        """The same for the same change, whatever else is in the list, so that little is compiled anew."""
        digest = hashlib.sha256(f"{self.target}\0{self.old}\0{self.new}".encode()).digest()
        return int.from_bytes(digest[:4], "big") >> 1 | 1

    def __str__(self):
        return f"{self.target}: {self.what}"

    def place(self, texts):
        """The file that it changes, of a target's texts by their names, and where in it."""
        found = [
            (name, match.start()) for name, text in texts.items() for match in re.finditer(re.escape(self.old), text)
        ]
        if len(found) != 1:
            raise BadMutation(f"{self}: its text stands {len(found)} times in {self.target}: {self.old}")
        return found[0]

    def switched(self):
        """What stands in the place of `old` in the tree of all mutations."""
        condition = f"mutated({self.number})"
        if not self.new:
            return f"if !{condition} {{ {self.old} }}"
        if "MUTATED" in self.new:
            return self.new.replace("MUTATED", condition)
        return f"({condition} ? {self.new} : {self.old})"


def with_mutations(texts, mutations):
    """A target's texts with all of its mutations in them, each behind its switch."""
    edits = {}
    for mutation in mutations:
        name, start = mutation.place(texts)
        edits.setdefault(name, []).append((start, start + len(mutation.old), mutation))
    changed = dict(texts)
    for name, places in edits.items():
        places.sort(key=lambda place: place[0])
        for (_, end, one), (start, _, other) in zip(places, places[1:]):
            if start < end:
                raise BadMutation(f"{one} and {other} change the same text")
        text = texts[name]
        for start, end, mutation in reversed(places):
            text = text[:start] + mutation.switched() + text[end:]
        changed[name] = text
    return changed


SWITCH = """import Glibc

private let chosenMutation: Int64 = {
  guard let text = unsafe getenv("MUTATION") else { return 0 }
  return unsafe Int64(atoll(text))
}()

@usableFromInline func mutated(_ number: Int64) -> Bool { chosenMutation == number }
"""
