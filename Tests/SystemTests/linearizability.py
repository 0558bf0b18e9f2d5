"""Whether what clients saw of one object can have been: a checker of histories.

A history is linearizable if there is an order of its operations in which each is right when it is alone, and none comes
before one that had ended when it began (Herlihy and Wing). The search is that of Wing and Gong, with the memory of
Lowe: whoever comes to the same operations done and the same state again need not go on. Objects are judged one by one,
since a history is linearizable if that of each object is.
"""

from dataclasses import dataclass, field, replace

# The tag of an object that is not there.
ABSENT = None
# What an operation gave whose answer did not come: it may have been done at any later time, or never.
UNKNOWN = "unknown"
DONE, MISSING, FAILED, CONFLICT = "done", "missing", "failed", "conflict"


@dataclass(frozen=True)
class Operation:
    """What one client asked of one object, and what it was answered.

    `kind`: "put", "delete" or "read". `tag` is what the object has afterwards, or was seen to have. `matches` is the tag
    that it must have had, or "absent".
    """

    began: int
    ended: int
    kind: str
    tag: str | None = None
    result: str = DONE
    matches: str | None = field(default=None)

    def step(self, state):
        """The object's state after this operation; `WRONG` where it cannot have been answered so in this one."""
        if self.kind == "read":
            return state if self.result == UNKNOWN or state == self.tag else WRONG
        after = ABSENT if self.kind == "delete" else self.tag
        if self.matches is None:
            return after if self.result in (DONE, UNKNOWN) else WRONG
        holds = state is ABSENT if self.matches == "absent" else state == self.matches
        # S3 deletes what is not there, whatever the condition.
        holds = holds or self.kind == "delete" and state is ABSENT
        if self.result == UNKNOWN:
            return after if holds else state
        if self.result == CONFLICT:
            # Somebody else was at it: nothing was done, whatever was there.
            return state
        if holds:
            return after if self.result == DONE else WRONG
        is_missing = state is ABSENT and self.matches != "absent"
        return state if self.result == (MISSING if is_missing else FAILED) else WRONG


class _Wrong:
    def __repr__(self):
        return "WRONG"


WRONG = _Wrong()


class Undecided(Exception):
    """The search took too many steps."""


@dataclass
class Verdict:
    is_linearizable: bool
    # The longest order that was found, and the operations that could not be put behind it.
    order: list
    stuck: list

    def __str__(self):
        lines = ["after:", *map(str, self.order[-12:]), "none of these can have come next:", *map(str, self.stuck)]
        return "\n".join(lines)


class _Entry:
    """A beginning or an end of an operation, in a list in the order of time."""

    __slots__ = ("number", "end", "next", "previous")

    def __init__(self, number):
        self.number = number
        # The entry of its end; of an end, and of what never ended, none.
        self.end = self.next = self.previous = None

    def take_out(self):
        self.previous.next = self.next
        if self.next:
            self.next.previous = self.previous

    def put_back(self):
        self.previous.next = self
        if self.next:
            self.next.previous = self


def _entries(operations):
    """The head of the list, in front of the first entry."""
    moments = []
    for number, operation in enumerate(operations):
        beginning = _Entry(number)
        moments.append((operation.began, 0, number, beginning))
        if operation.result != UNKNOWN:
            beginning.end = _Entry(number)
            moments.append((operation.ended, 1, number, beginning.end))
    head = last = _Entry(-1)
    # At the same moment a beginning comes first: then the two overlap, which is the weaker claim.
    for *_, entry in sorted(moments, key=lambda moment: moment[:3]):
        last.next, entry.previous, last = entry, last, entry
    return head


def _with_alike(operations):
    """The same history, in which writes without an answer whose content nobody ever saw leave one content. Of those
    that are alike in all, whichever can be done at a moment will do: the search tries one."""
    seen = {operation.tag for operation in operations if operation.kind == "read"}
    seen |= {operation.matches for operation in operations}

    def is_unseen(operation):
        return operation.result == UNKNOWN and operation.kind == "put" and operation.tag not in seen

    return [replace(operation, tag="unseen") if is_unseen(operation) else operation for operation in operations]


def check(operations, start=ABSENT, most_steps=2_000_000):
    """Judges the history of one object, whose state at first was `start`."""
    operations = _with_alike(operations)
    head = _entries(operations)
    is_end = set()
    entry = head.next
    while entry:
        if entry.end:
            is_end.add(entry.end)
        entry = entry.next

    def candidates(state):
        """The operations that may come next: those that began before any other ended. Those whose answer is not known
        come last, since they can also be done later."""
        known, unknown, entry = [], {}, head.next
        while entry and entry not in is_end:
            operation = operations[entry.number]
            if entry.end:
                known.append(entry)
            elif operation.step(state) != state:
                unknown.setdefault((operation.kind, operation.tag, operation.matches), entry)
            entry = entry.next
        return [*known, *unknown.values()]

    left = sum(operation.result != UNKNOWN for operation in operations)
    state, done, seen = start, 0, {(0, start)}
    # Each level: what was chosen, the state before it, and what else may be chosen there.
    path, choices = [], candidates(state)
    longest, stuck = [], []
    steps = 0
    while left:
        chosen = None
        while choices:
            entry = choices.pop(0)
            steps += 1
            after = operations[entry.number].step(state)
            if after is WRONG:
                continue
            mark = (done | 1 << entry.number, after)
            if mark not in seen:
                seen.add(mark)
                chosen = entry
                break
        if steps > most_steps:
            raise Undecided(f"{len(operations)} operations, {steps} steps")
        if chosen:
            path.append((chosen, state, choices))
            state, done = after, mark[0]
            chosen.take_out()
            if chosen.end:
                chosen.end.take_out()
                left -= 1
            choices = candidates(state)
            continue
        if len(path) >= len(longest):
            longest, stuck = [entry.number for entry, *_ in path], candidates(state)
        if not path:
            order = [operations[number] for number in longest]
            return Verdict(False, order, [operations[entry.number] for entry in stuck])
        entry, state, choices = path.pop()
        done &= ~(1 << entry.number)
        if entry.end:
            entry.end.put_back()
            left += 1
        entry.put_back()
    return Verdict(True, [operations[entry.number] for entry, *_ in path], [])
