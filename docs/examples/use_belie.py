"""Histories and models in Python. Run: python3 use_belie.py [HISTORY...]"""

import sys

import belie

# Files.
for path in sys.argv[1:]:
    print(belie.History(path=path).check().text, end="")

# A history made event by event: a read that misses an acknowledged write.
h = belie.History("by hand")
h.add("invoke", 0, "write", 1)
h.add("ok", 0)
h.add("invoke", 1, "read")
h.add("ok", 1, value=None)
result = h.check()
print(len(h), "operations:", result.verdict, "as", result.document["inputs"][0]["model"])

# Whole operations with times, and an outcome that nobody knows.
h = belie.History("intervals")
h.add_operation(0, "write", 1, None, start=0, end=10)
h.add_operation(1, "write", 2, None, start=5)
h.add_operation(2, "read", None, 2, start=20, end=30)
print(len(h), "operations:", h.check().verdict)


# A model of one's own: a tag set that may forget its oldest tag whenever one is added, so that
# there are two states after an add. Results: `tags` returns all of them, sorted.
class Tags(belie.Model):
    name = "forgetful tags"

    def init(self, key):
        return ()

    def step(self, state, f, argument, result, known):
        if f == "add":
            return [state + (argument,), state[1:] + (argument,)]
        return [state] if not known or sorted(state) == result else []


def tagged(*seen):
    h = belie.History("tags")
    for tag in ("a", "b", "c"):
        h.add("invoke", 0, "add", tag)
        h.add("ok", 0)
    for tags in seen:
        h.add("invoke", 0, "tags")
        h.add("ok", 0, value=tags)
    return h.check(Tags())


print("a forgotten:", tagged(["b", "c"]).verdict)
print("b forgotten before a:", tagged(["a", "c"]).verdict)
print("c forgotten, and back again:", tagged(["c"], ["b", "c"]).verdict)
