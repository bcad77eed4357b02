"""``python -m installer.licences write | check | bundle FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from installer.licences import gather
from installer.product import ROOT

VERB, *REST = sys.argv[1:]
if VERB == "write":
    gather.write(ROOT / "build" / "licences")
elif VERB == "check":
    wrong = gather.differences()
    print("\n".join(wrong) or "every installed part is told as it is")
    sys.exit(bool(wrong))
elif VERB == "bundle":
    from installer.licences.bundled import complete

    print(complete(Path(REST[0])))
else:
    sys.exit(__doc__)
