"""Lets these tests import the small worlds of the property tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "properties"))
