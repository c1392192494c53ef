"""Figures by day and by month: the only face of `indicators`."""

from smartsenegal.kernel.indicators import rules
from smartsenegal.kernel.indicators.actions import (
    Count,
    add,
    add_all,
    forget,
    mark_of,
    publish,
    publish_state,
    set_mark,
)
from smartsenegal.kernel.indicators.queries import (
    Point,
    by_cut,
    by_month,
    histograms,
    series,
    state,
    totals,
)
from smartsenegal.kernel.indicators.registry import BUCKET, labels_of, register_labels, register_series

__all__ = [
    "BUCKET", "Count", "Point", "add", "add_all", "by_cut", "by_month", "forget", "histograms", "labels_of",
    "mark_of", "publish", "publish_state", "register_labels", "register_series", "rules", "series",
    "set_mark", "state", "totals",
]  # fmt: skip
