#!/usr/bin/env python3
"""Checks the rules of docs/house.md that a machine can check.

    tools/layers.py [ROOT]       prints each breach as file:line: what, and exits with 1 if there is one
    tools/layers.py --self-test  shows the checks a sample of every breach; each must be found

  chain     a folder of core includes only those below it, and never a host
  pure      core has no clock, thread, file, socket, environment or random source
  order     core does not loop over a hash map, unless the line (or the one above) says
            `// order-free:` and why the order cannot be seen in a result
  place     no tracked file knows where it lies on somebody's machine
  length    warning: a source file of more than 400 lines
"""

import os
import re
import subprocess
import sys

BELOW = {
    "units": (),
    "event": ("units",),
    "fix": ("units", "event"),
    "market": ("units", "event"),
    "orders": ("units", "event", "market"),
    "kpi": ("units", "event", "fix", "market", "orders"),
    "estimate": ("units", "event", "fix", "market", "orders", "kpi"),
    "score": ("units", "event", "fix", "market", "orders", "kpi", "estimate"),
    "judge": ("units", "event", "fix", "market", "orders", "kpi", "estimate", "score"),
    "route": ("units", "event", "fix", "market", "orders", "kpi", "estimate", "score"),
    "kernel": ("units", "event", "fix", "market", "orders", "kpi", "estimate", "score", "route"),
    "desk": ("units", "event", "fix", "market", "orders", "kpi", "estimate", "score", "route", "kernel"),
    "sim": ("units", "event", "fix", "market", "orders", "kpi", "estimate", "score", "route", "kernel", "desk"),
    # Its tests trade a day in sim.
    "backtest": ("units", "event", "fix", "market", "orders", "kpi", "estimate", "score", "judge", "route", "kernel",
                 "desk", "sim"),
}
IMPURE = (
    (r"#\s*include\s*<(chrono|thread|mutex|shared_mutex|condition_variable|future|fstream|filesystem|random|"
     r"iostream|ctime|time\.h|unistd\.h|fcntl\.h|pthread\.h|sys/[a-z]+\.h)>", "include"),
    (r"\b(system_clock|steady_clock|high_resolution_clock|clock_gettime|gettimeofday)\b", "clock"),
    (r"\bgetenv\s*\(", "environment"),
    (r"(?<![\w.:>])(?:std::)?s?rand\s*\(", "random source"),
    (r"\bstd::(cout|cerr|clog|cin)\b", "stream"),
    (r"\bstd::(thread|jthread|mutex|async)\b", "thread"),
)
EVERYWHERE_IN_CODE = ((r"-ffast-math|-march=native|-Ofast", "results would differ between machines"),)
PLACES = re.compile(r"(?<![\w.$}/])/(work|home|root|Users)/[\w.]")
HASH_MAP = re.compile(r"\b(?:unordered_(?:flat_|node_)?(?:multi)?(?:map|set))\s*<")
ALIAS = re.compile(r"\busing\s+(\w+)\s*=\s*[\w:]*unordered_\w+\s*<")
LOOP = re.compile(r"\bfor\s*\([^;()]*[\w\]&>]\s*:\s*(?:\w+(?:\.|->))*(\w+)\s*\)")
LONGEST = 400
SOURCES = (".h", ".cpp", ".in")
TEXTS = SOURCES + (".py", ".sh", ".cmake", ".txt", ".md", ".json", ".toml", ".csv", ".yml", "")


def code_of(line):
    """The line without its // comment (a // within a string is kept)."""
    quoted = False
    for i, c in enumerate(line):
        if c == '"' and (i == 0 or line[i - 1] != "\\"):
            quoted = not quoted
        if not quoted and line.startswith("//", i):
            return line[:i]
    return line


def is_test(path):
    return bool(re.search(r"_(test|testkit|fuzz|bench)\.(h|cpp)$", path)) or path.endswith("testkit.h")


def names_of_hash_maps(texts):
    """Names declared as hash maps, by folder and stem: x.h declares what x.cpp loops over."""
    found = {}
    for path, text in texts.items():
        if not path.startswith("core/"):
            continue
        types = [HASH_MAP.pattern] + [rf"\b{name}\s+(?=\w+[;{{,])" for name in ALIAS.findall(text)]
        for line in text.splitlines():
            code = code_of(line)
            if any(re.search(pattern, code) for pattern in types) and "using " not in code:
                for name in re.findall(r"[>\w,&]\s+&?(\w+)(?=\s*[;{=,)])", code):
                    found.setdefault(os.path.dirname(path), set()).add(name)
    return found


def check_core(path, text, hash_maps):
    folder = path.split("/")[1]
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        include = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
        if include:
            parts = include.group(1).split("/")
            if parts[0] == "hosts":
                yield number, "chain", f"core includes a host: {include.group(1)}"
            elif parts[0] == "core" and parts[1] != folder:
                if folder not in BELOW:
                    yield number, "chain", f"core/{folder} has no place in the chain of docs/house.md"
                elif parts[1] not in BELOW[folder]:
                    yield number, "chain", f"{folder} does not stand above {parts[1]}: {include.group(1)}"
        if is_test(path):
            continue
        code = code_of(line)
        for pattern, what in IMPURE:
            if re.search(pattern, code):
                yield number, "pure", f"{what} in core: {code.strip()}"
        loop = LOOP.search(code)
        if loop and loop.group(1) in hash_maps.get(os.path.dirname(path), ()):
            said = line + (lines[number - 2] if number > 1 else "")
            if "order-free:" not in said:
                yield number, "order", f"loop over the hash map {loop.group(1)}: {code.strip()}"


def check(texts):
    """Breaches and warnings of {path: text}, as (path, line, rule, what)."""
    hash_maps = names_of_hash_maps(texts)
    breaches, warnings = [], []
    for path, text in sorted(texts.items()):
        if path.startswith("core/") and path.endswith((".h", ".cpp")):
            breaches += [(path, *breach) for breach in check_core(path, text, hash_maps)]
        if path.endswith(SOURCES + (".cmake",)) or path.endswith(("CMakeLists.txt", "CMakePresets.json")):
            for number, line in enumerate(text.splitlines(), 1):
                comment = line.lstrip().startswith(("#", "//"))
                for pattern, what in EVERYWHERE_IN_CODE:
                    if re.search(pattern, line) and not comment:
                        breaches.append((path, number, "pure", f"{what}: {line.strip()}"))
        for number, line in enumerate(text.splitlines(), 1):
            if PLACES.search(line):
                breaches.append((path, number, "place", f"absolute path: {line.strip()[:80]}"))
        if path.endswith((".h", ".cpp")) and text.count("\n") > LONGEST:
            warnings.append((path, text.count("\n"), "length", f"more than {LONGEST} lines"))
    return breaches, warnings


def texts_of(root):
    """Tracked files, and those that are about to be."""
    listed = subprocess.run(["git", "-C", root, "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others",
                             "--exclude-standard"], capture_output=True, check=False)
    if listed.returncode == 0:
        paths = [p for p in listed.stdout.decode().split("\0") if p]
    else:  # an unpacked archive
        paths = []
        for folder, folders, files in os.walk(root):
            folders[:] = [f for f in folders if not f.startswith((".", "build"))]
            paths += [os.path.relpath(os.path.join(folder, f), root) for f in files]
    texts = {}
    for path in paths:
        if os.path.splitext(path)[1] not in TEXTS or path.startswith("fuzz/corpus/") or path == "tools/layers.py":
            continue
        full = os.path.join(root, path)
        if not os.path.isfile(full) or os.path.getsize(full) > 2_000_000:
            continue
        with open(full, "rb") as file:
            content = file.read()
        if b"\0" not in content:
            texts[path] = content.decode("utf-8", "replace")
    return texts


BAD = {  # path: (text, the rule that must find it)
    "core/units/bad1.h": ('#include "core/fix/frame.h"\n', "chain"),
    "core/kpi/bad2.cpp": ('#include "hosts/cli/source.h"\n', "chain"),
    "core/parlour/bad3.h": ('#include "core/units/qty.h"\n', "chain"),
    "core/market/bad4.cpp": ("#include <chrono>\n", "pure"),
    "core/market/bad5.cpp": ("auto t = std::chrono::steady_clock::now();\n", "pure"),
    "core/market/bad6.cpp": ('const char* home = getenv("HOME");\n', "pure"),
    "core/market/bad7.cpp": ("int x = rand();\n", "pure"),
    "core/score/bad8.cpp": ("#include <iostream>\n", "pure"),
    "core/score/bad9.cpp": ("std::unordered_map<int, int> seen_;\nfor (const auto& [k, v] : seen_) out(k);\n", "order"),
    "core/orders/bad10.h": ("using Index = boost::unordered_flat_map<int, int>;\nIndex by_id_, by_exec_;\n", None),
    "core/orders/bad10.cpp": ("for (const auto& x : by_exec_) print(x);\n", "order"),
    "core/CMakeLists.txt": ("add_compile_options(-ffast-math)\n", "pure"),
    "docs/bad11.md": ("see /" + "home/me/logs\n", "place"),
}
GOOD = {
    "core/kernel/good1.cpp": '#include "core/score/profile.h"\n#include <vector>\nint strand(int);\nint y = strand(1);\n',
    "core/kernel/good2.cpp": "std::map<int, int> rows_;\nfor (auto& r : rows_) out(r);\n",
    "core/kernel/good3.cpp": "std::unordered_map<int, int> n_;\n// order-free: integers are only summed\nfor (auto& r : n_) sum += r.second;\n",
    "core/units/nanos_test.cpp": "#include <random>\n",
    "core/units/good4.h": "// steady_clock is what hosts use\n",
    "docs/good5.md": "in ../shared/data, https://example.org/home/x, build/home/x\n",
}


def self_test():
    breaches, _ = check({**{p: t for p, (t, _) in BAD.items()}, **GOOD})
    missed = [(path, rule) for path, (_, rule) in BAD.items()
              if rule and not any(b[0] == path and b[2] == rule for b in breaches)]
    false = [b for b in breaches if b[0] in GOOD]
    for path, rule in missed:
        print(f"self-test: {path}: the {rule} breach was not found")
    for breach in false:
        print(f"self-test: {breach[0]} is good, and was called a breach: {breach[3]}")
    print(f"self-test: {len([1 for _, r in BAD.values() if r])} breaches shown, {len(missed)} missed, "
          f"{len(false)} false alarms")
    return 1 if missed or false else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    texts = texts_of(root)
    breaches, warnings = check(texts)
    for path, number, rule, what in breaches:
        print(f"{path}:{number}: {rule}: {what}")
    for path, number, rule, what in warnings:
        print(f"{path}: warning: {rule}: {number} lines, {what}")
    print(f"{len(texts)} files, {len(breaches)} breaches, {len(warnings)} warnings")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
