"""Makes `gnpy_reference.csv` where gnpy is installed, which brings 450 MB that no test run needs otherwise.

    python tests/cable/optics/gnpy_reference.py > tests/cable/optics/gnpy_reference.csv

Each line goes through gnpy's own fibres and amplifiers (no Raman, amplifiers that give each span back), with
its own non-linear solver; what is kept is the worst channel.
"""

import csv
import sys
from importlib.metadata import version
from types import SimpleNamespace

COLUMNS = ("dB/km", "µm²", "ps/(nm·km)", "spans", "km", "dB of noise", "channels", "GHz", "GBd", "dBm")
LINES = [
    (0.165, 110, 21, 12, 60, 5, 96, 50, 32),
    (0.165, 110, 21, 9, 80, 5, 96, 50, 32),
    (0.165, 110, 21, 6, 120, 5, 96, 50, 32),
    (0.2, 83, 16.7, 9, 80, 5, 96, 50, 32),
    (0.2, 83, 16.7, 6, 120, 5, 96, 50, 32),
    (0.155, 150, 21.5, 12, 60, 4.5, 64, 75, 64),
    (0.2, 83, 16.7, 20, 80, 5, 40, 100, 32),
]
POWERS = (-4, -2, 0, 2)


def worst(line: tuple[float, ...], power: float) -> float:
    """The lowest GSNR of all channels that gnpy finds, dB in 0.1 nm."""
    from gnpy.core.elements import Edfa, Fiber
    from gnpy.core.info import create_arbitrary_spectral_information
    from gnpy.core.parameters import EdfaParams, SimParams

    SimParams.set_params({"nli_params": {"method": "gn_model_analytic"}, "raman_params": {"flag": False}})
    loss, area, dispersion, spans, km, figure, channels, spacing, gbaud = line
    first = 193.4e12 - (channels - 1) / 2 * spacing * 1e9
    signal = create_arbitrary_spectral_information(
        frequency=[first + n * spacing * 1e9 for n in range(int(channels))], slot_width=spacing * 1e9,
        pch=10 ** (power / 10) / 1e3, baud_rate=gbaud * 1e9, roll_off=0.0, tx_osnr=1000, tx_power=1e-3,
    )  # fmt: skip
    for number in range(int(spans)):
        fibre = Fiber(
            uid=f"fibre {number}", type_variety="typed",
            params={"length": km, "length_units": "km", "loss_coef": loss, "con_in": 0, "con_out": 0,
                    "dispersion": dispersion * 1e-6, "effective_area": area * 1e-12, "pmd_coef": 0},
        )  # fmt: skip
        fibre.ref_pch_in_dbm = power
        signal = fibre(signal)
        amplifier = Edfa(
            uid=f"amplifier {number}",
            params={**EdfaParams.default_values, "type_variety": "typed", "type_def": "fixed_gain",
                    "gain_flatmax": 60, "gain_min": 0, "p_max": 40, "f_min": 190e12, "f_max": 197e12,
                    "dgt": [0, 0], "nf_model": SimpleNamespace(nf0=figure)},
            operational={"gain_target": loss * km, "tilt_target": 0, "out_voa": 0, "in_voa": 0,
                         "delta_p": None},
        )  # fmt: skip
        signal = amplifier(signal)
    return float(signal.opt_gsnr_db.min())


def main() -> None:
    """Print the reference."""
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow([*COLUMNS, f"gnpy {version('gnpy')}"])
    rows.writerows([*line, power, round(worst(line, power), 3)] for line in LINES for power in POWERS)


if __name__ == "__main__":
    main()
