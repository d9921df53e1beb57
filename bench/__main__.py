"""Run the benchmarks: ``python -m bench`` or ``python -m bench engine``."""

import json
import sys

from bench import engine

PARTS = {"engine": engine.measure}


def main() -> int:
    only = sys.argv[1:]
    unknown = [name for name in only if name not in PARTS]
    if unknown:
        print(f"no such part: {', '.join(unknown)}; there are: {', '.join(PARTS)}", file=sys.stderr)
        return 64
    for name, measure in PARTS.items():
        if not only or name in only:
            for line in measure():
                print(json.dumps(line, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
