"""Random tests that can be run again: a failure shows the seed, and VITRINE_TEST_SEED sets it."""

import os
import random


def seeded():
    seed = os.environ.get("VITRINE_TEST_SEED", str(random.randrange(10**6)))
    print(f"VITRINE_TEST_SEED={seed}")
    return random.Random(seed)
