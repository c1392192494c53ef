"""Decisions about figures. Pure: no database, no clock, no Django."""

from smartsenegal.kernel.indicators.rules.figures import (
    SMALLEST_SHOWN,
    Dims,
    csv_cell,
    cut_key,
    dims_key,
    last_whole_month,
    masked,
    month_after,
    months_back,
    rate_words,
    shown,
    told_from,
)
from smartsenegal.kernel.indicators.rules.histograms import (
    MEASURED_FROM,
    Bracket,
    Histogram,
    at_most,
    bucket_of,
    duration_words,
    merged,
    quantile,
    total,
)

__all__ = [
    "MEASURED_FROM", "SMALLEST_SHOWN", "Bracket", "Dims", "Histogram", "at_most", "bucket_of", "csv_cell",
    "cut_key", "dims_key", "duration_words", "last_whole_month", "masked", "merged", "month_after",
    "months_back", "quantile", "rate_words", "shown", "told_from",
    "total",
]  # fmt: skip
