"""When capacity fails rather than connection: how much of all demands can be carried at once.

Maximum concurrent flow (Shahrokhi and Matula, "The maximum concurrent flow problem", Journal of the ACM
37(2), 1990): the largest λ such that λ times every demand is carried at the same time, each demand being
free to split. One flow a source over directed arcs, solved by HiGHS: as large as the network, where a list
of paths would be longer and only approach the answer. HiGHS is loaded by what computes alone:
every process of the platform would carry its 20 MB."""

import math
from collections.abc import Collection, Sequence
from typing import Any

UNLIMITED = math.inf
_NOTHING = 1e-9


class Flow:
    """One network with its demands; asked again after failures it begins from the answer before.

    `links` are (node, node, capacity each way), `demands` (from, to, size), all sizes in the same unit.
    `solver` is "simplex" or "ipm" (interior point): both give the same, which tests hold.
    """

    def __init__(
        self,
        nodes: int,
        links: Sequence[tuple[int, int, float]],
        demands: Sequence[tuple[int, int, float]],
        solver: str = "simplex",
    ) -> None:
        import highspy

        self._links = list(links)
        self._sizes = _by_source(demands)
        self._whole: Any = None  # the basis of the answer without failures
        self._model = highspy.Highs()
        self._model.setOptionValue("output_flag", False)
        self._model.setOptionValue("threads", 1)
        self._model.setOptionValue("solver", solver)
        self._model.passModel(self._problem(nodes))

    def carried(self, without: Collection[int] = ()) -> float:
        """λ while these links are away: 1 and more when all is carried, 0 when some demand has no way at all,
        infinite when nothing limits it."""
        import highspy

        if not self._sizes:
            return UNLIMITED
        if self._whole is not None:
            self._model.setBasis(self._whole)
        self._close(without, 0.0)
        self._model.run()
        answer = float(self._model.getObjectiveValue())
        status = self._model.getModelStatus()
        self._close(without, highspy.kHighsInf)
        if status == highspy.HighsModelStatus.kOptimal:
            return max(0.0, answer)
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            # λ = 0 always holds: every demand has a way whose capacity is not known.
            return UNLIMITED
        raise RuntimeError(f"HiGHS gave no answer: {status}")

    def singles(self) -> list[float]:
        """λ after the failure of each link alone. One that carries nothing in the answer without failures
        cannot lower it, and none can raise it."""
        import numpy as np

        whole = self.carried()
        if whole == UNLIMITED:
            return [self.carried([n]) for n in range(len(self._links))]
        values = np.array(self._model.getSolution().col_value[:-1]).reshape(len(self._sizes), -1, 2)
        used = values.sum(axis=(0, 2)) > _NOTHING
        self._whole = self._model.getBasis()
        return [self.carried([n]) if used[n] else whole for n in range(len(self._links))]

    def _close(self, links: Collection[int], upper: float) -> None:
        count = 2 * len(self._links)
        columns = [s * count + 2 * n + way for s in range(len(self._sizes)) for n in links for way in (0, 1)]
        for column in columns:
            self._model.changeColBounds(column, 0.0, upper)

    def _problem(self, nodes: int) -> Any:
        """Columns: the flow of each source on each arc, then λ. Rows: what enters less what leaves each
        node for each source is λ times its demand there; then the capacity of each arc that has one."""
        arcs = [(a, b, c) for u, v, c in self._links for a, b, c in ((u, v, c), (v, u, c))]
        sources, width = list(self._sizes), nodes
        limited = [n for n, (*_, capacity) in enumerate(arcs) if capacity != UNLIMITED]
        row_of = {n: len(sources) * width + k for k, n in enumerate(limited)}
        starts, rows, values = [0], list[int](), list[float]()
        for s, source in enumerate(sources):
            for n, (a, b, _) in enumerate(arcs):
                for node, sign in ((a, -1.0), (b, 1.0)):
                    if node != source and a != b:
                        rows.append(s * width + node)
                        values.append(sign)
                if n in row_of:
                    rows.append(row_of[n])
                    values.append(1.0)
                starts.append(len(rows))
        for s, source in enumerate(sources):
            for target, size in self._sizes[source].items():
                rows.append(s * width + target)
                values.append(-size)
        starts.append(len(rows))
        return _model(starts, rows, values, len(sources) * width, [arcs[n][2] for n in limited])


def _by_source(demands: Sequence[tuple[int, int, float]]) -> dict[int, dict[int, float]]:
    sizes: dict[int, dict[int, float]] = {}
    for a, b, size in demands:
        if a != b and size > 0:
            of = sizes.setdefault(a, {})
            of[b] = of.get(b, 0.0) + size
    return sizes


def _model(
    starts: Sequence[int], rows: Sequence[int], values: Sequence[float], equal: int, most: Sequence[float]
) -> Any:
    import highspy
    import numpy as np

    columns, infinite = len(starts) - 1, highspy.kHighsInf
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, equal + len(most)
    lp.col_cost_ = np.array([0.0] * (columns - 1) + [1.0])
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.full(columns, infinite)
    lp.row_lower_ = np.concatenate([np.zeros(equal), np.full(len(most), -infinite)])
    lp.row_upper_ = np.concatenate([np.zeros(equal), np.array(most, dtype=float)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.array(starts)
    lp.a_matrix_.index_ = np.array(rows)
    lp.a_matrix_.value_ = np.array(values)
    lp.sense_ = highspy.ObjSense.kMaximize
    return lp
