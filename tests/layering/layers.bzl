"""Which room may use which: the one table. The include scanner reads it, and Bazel's visibility follows it."""

_GRAPH_READ = ["base", "proto", "criteria", "graph/model"]
_GRAPH = _GRAPH_READ + ["kv", "graph/storage", "graph/traverse"]
_AUDIT = ["audit/proof", "audit/log", "audit/index", "audit/export"]

ROOMS = {
    "base": [],
    "proto": [],
    "kv": ["base"],
    "criteria": ["base"],
    "graph/model": ["base", "proto", "criteria"],
    "graph/storage": _GRAPH_READ + ["kv"],
    "graph/traverse": _GRAPH_READ,
    "graph/release": _GRAPH,
    "graph/pack": _GRAPH,
    "decision": _GRAPH_READ + ["graph/traverse"],
    "workbench": _GRAPH + ["graph/release", "graph/pack", "decision"],
    "audit/proof": ["base", "proto"],
    "audit/log": ["base", "proto", "kv", "audit/proof"],
    "audit/index": ["base", "proto", "kv", "audit/proof", "audit/log"],
    "audit/export": ["base", "proto", "kv", "audit/proof", "audit/log", "audit/index"],
    "server": _GRAPH + _AUDIT + ["graph/release", "graph/pack", "decision", "workbench"],
    "client": ["base", "proto", "audit/proof"],
    "client/cli": _GRAPH + _AUDIT + ["graph/release", "graph/pack", "decision", "workbench", "client"],
}

# Headers from outside that only some rooms may include: prefix -> rooms. Tests of those rooms and tests/ may too.
HEADERS = {
    "rocksdb/": ["kv"],
    "grpcpp/": ["server", "client", "client/cli"],
    "grpc/": ["server", "client", "client/cli"],
    "yaml-cpp/": ["graph/pack", "server", "client/cli"],
    "CLI/": ["server", "client/cli"],
    "cmark": ["client/cli"],
    "absl/synchronization/": [],
}

# Folders whose files may use every room.
UNBOUND = ["tests", "benchmarks"]

def visible_to(room):
    """Bazel visibility of a room: the rooms that may use it, and the unbound folders."""
    users = [user for user, used in ROOMS.items() if room in used]
    return ["//" + user + ":__pkg__" for user in users] + \
           ["//" + folder + ":__subpackages__" for folder in UNBOUND]
