"""Run the benchmarks: ``python -m bench`` or ``python -m bench engine``; the slow ones (ON_REQUEST) only by name."""

import json
import sys

from bench import api, catalogue, engine, fuzz, log, quality, skills

PARTS = {
    "engine": engine.measure,
    "skills": skills.measure,
    "catalogue": catalogue.measure,
    "api": api.measure,
    "fuzz": fuzz.measure,
    "log": log.measure,
    "quality": quality.measure,
}
ON_REQUEST = ("fuzz", "log", "quality")  # take many minutes


def main() -> int:
    only = sys.argv[1:]
    unknown = [name for name in only if name not in PARTS]
    if unknown:
        print(f"no such part: {', '.join(unknown)}; there are: {', '.join(PARTS)}", file=sys.stderr)
        return 64
    for name, measure in PARTS.items():
        if name in only or not (only or name in ON_REQUEST):
            for line in measure():
                print(json.dumps(line, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
