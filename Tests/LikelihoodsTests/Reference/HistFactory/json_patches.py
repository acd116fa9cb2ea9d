"""Random documents and patches with the results of the package jsonpatch.

Run with jsonpatch 1.47 (version printed into the file): python json_patches.py > json_patches.json
Cases where jsonpatch is known to leave RFC 6902 are not made: tests of booleans against numbers
(Python takes True for 1), removal of the whole document.
"""

import copy
import importlib.metadata
import json
import random

import jsonpatch

random.seed(20)
KEYS = ["a", "b", "c/d", "e~f", "", "0", "é", " ", "-"]


def value(depth):
    kind = random.random()
    if depth == 0 or kind < 0.4:
        return random.choice([None, "x", "y", 1, 2, 2.5, -3, 10**20, "é"])
    if kind < 0.7:
        return [value(depth - 1) for _ in range(random.randrange(4))]
    return {key: value(depth - 1) for key in random.sample(KEYS, random.randrange(4))}


def escaped(token):
    return "/" + token.replace("~", "~0").replace("/", "~1")


def pointer(document):
    """Mostly a place that exists, sometimes one beside it."""
    path = ""
    while isinstance(document, (dict, list)) and random.random() < 0.8:
        if isinstance(document, dict):
            if not document or random.random() < 0.15:
                return path + escaped(random.choice(KEYS))
            key = random.choice(sorted(document))
            path, document = path + escaped(key), document[key]
        else:
            if not document or random.random() < 0.2:
                return path + random.choice(["/-", "/%d" % len(document), "/7", "/01", "/x"])
            index = random.randrange(len(document))
            path, document = path + "/%d" % index, document[index]
    return path


def operation(document):
    name = random.choice(["add", "add", "remove", "replace", "move", "copy", "test"])
    made = {"op": name, "path": pointer(document)}
    if name in ("add", "replace"):
        made["value"] = value(2)
    if name in ("move", "copy"):
        made["from"] = pointer(document)
    if name == "test":
        try:
            made["value"] = jsonpatch.JsonPointer(made["path"]).resolve(document)
        except Exception:
            made["value"] = value(1)
        if isinstance(made["value"], jsonpatch.JsonPointer) or random.random() < 0.3:
            made["value"] = value(1)
    return made


def plain(made):
    try:
        json.dumps(made)
        return made["path"] != "" or made["op"] not in ("remove", "move")
    except TypeError:  # jsonpointer's object for the end of a list
        return False


cases = []
while len(cases) < 400:
    document = value(3)
    if not isinstance(document, (dict, list)):
        continue
    patch, current = [], copy.deepcopy(document)
    result = None
    for _ in range(random.randrange(1, 5)):
        made = operation(current)
        if not plain(made) or made.get("from") == "":
            continue
        patch.append(made)
        try:
            current = jsonpatch.apply_patch(current, [made])
        except Exception:
            break
    try:
        result = {"value": jsonpatch.apply_patch(document, patch)}
    except Exception as error:
        result = {"error": type(error).__name__, "operation": len(patch) - 1}
    cases.append({"document": document, "patch": patch, "result": result})

print(
    '{"jsonpatch": "%s", "cases": [' % importlib.metadata.version("jsonpatch")
    + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    + "]}"
)
