"""Configurations of gateways: what each holds, and what the programs that read them say of it."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from smartsenegal.wifi.network import rules
from smartsenegal.wifi.network.contrib.base import PROBE_HOSTS, Central, Gateway, Limits, faults, is_probe
from smartsenegal.wifi.network.contrib.registry import ADAPTERS

GOLDEN = Path(__file__).parent / "golden"
CENTRAL = Central(
    radius=("198.51.100.1", "198.51.100.2"),
    portal_url="https://wifi.example.sn/wifi/wifi-marche/",
    api_url="https://wifi.example.sn/wifi/wifi-marche/capport",
    portal_address="198.51.100.10",
    garden=("services.example.sn", "urgences.example.sn", "www.gstatic.com", "films.example.sn", "apple.com"),
)
GATEWAY = Gateway(
    code="marche-gw1",
    identifier="marche-gw1",
    secret="k2mo7pqrst4uvwxyzabcdefg56hijkln",
    name="Marché d’Awa & Fils",
    ssid="Smart Wifi",
    secure_ssid="Smart Wifi sécurisé",
    pool="10.20.0.0/21",
    lease_seconds=1800,
    clients_at_most=600,
)
LIMITS = Limits(
    seconds=3600, octets=5_000_000_000, idle_seconds=600, down_kbps=4096, up_kbps=1024, interim_seconds=300
)
CODES = sorted(ADAPTERS)


def whole(code: str, gateway: Gateway = GATEWAY, central: Central = CENTRAL) -> str:
    return "".join(f"=== {f.where}\n{f.text}" for f in ADAPTERS[code].files(gateway, central))


def test_every_kind_of_gateway_has_an_adapter() -> None:
    assert set(ADAPTERS) == {code for code, _ in rules.GATEWAYS}
    assert {a.code: a.label for a in ADAPTERS.values()} == dict(rules.GATEWAYS)


@pytest.mark.parametrize("code", CODES)
def test_the_configuration_is_the_one_that_was_read(code: str) -> None:
    """Each file of `golden` was read against the document its adapter names."""
    assert whole(code) == (GOLDEN / f"{code}.txt").read_text("utf-8")


@pytest.mark.parametrize("code", CODES)
def test_each_configuration_holds_what_a_gateway_needs(code: str) -> None:
    text = whole(code)
    for words in (GATEWAY.secret, GATEWAY.identifier):
        assert words in text
    if code != "opennds":
        assert all(server in text for server in CENTRAL.radius)
    if code not in ("hostapd",):  # a network of 802.1X has neither portal nor walled garden
        for host in ("wifi.example.sn", "services.example.sn", "urgences.example.sn", "films.example.sn"):
            assert host in text
    if code != "aruba":  # DHCP is not the access point's there
        assert CENTRAL.api_url in text


@pytest.mark.parametrize("code", CODES)
def test_no_walled_garden_lets_a_phone_believe_itself_online(code: str) -> None:
    greedy = replace(CENTRAL, garden=(*sorted(PROBE_HOSTS), "*.apple.com", "gstatic.com", "google.com"))
    text = whole(code, central=greedy)
    assert [host for host in PROBE_HOSTS if host in text] == []
    assert "gstatic.com" not in text
    assert "apple.com" not in text
    assert not is_probe("services.example.sn")


@pytest.mark.parametrize("code", CODES)
def test_what_is_not_known_is_left_out(code: str) -> None:
    bare = replace(GATEWAY, pool="", clients_at_most=None, secure_ssid="")
    local = replace(
        CENTRAL, portal_url="http://localhost:8000/wifi/x/", api_url="http://localhost:8000/x", garden=()
    )
    text = whole(code, bare, local)
    assert "None" not in text.replace("Security : None", "")
    assert "114" not in text.replace("198.51.100.114", "")
    unplaced = replace(CENTRAL, portal_address="")
    assert bool(faults(unplaced, GATEWAY, ADAPTERS[code])) == (code == "opennds")
    assert any("https" in told for told in faults(local, bare, ADAPTERS[code]))
    assert faults(CENTRAL, GATEWAY, ADAPTERS[code]) == []
    named = replace(CENTRAL, radius=("radius.example.sn",))
    assert bool(faults(named, GATEWAY, ADAPTERS[code])) == (code in ("hostapd", "aruba", "omada", "unifi"))
    assert faults(replace(CENTRAL, radius=()), GATEWAY, ADAPTERS[code]) != []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("opennds", []),
        ("unifi", [("Session-Timeout", 3600)]),
        ("hostapd", [("Session-Timeout", 3600), ("Idle-Timeout", 600), ("Acct-Interim-Interval", 300)]),
        (
            "mikrotik",
            [
                ("Session-Timeout", 3600), ("Idle-Timeout", 600), ("Acct-Interim-Interval", 300),
                ("Mikrotik-Rate-Limit", "1024k/4096k"),
                ("Mikrotik-Total-Limit", 705_032_704), ("Mikrotik-Total-Limit-Gigawords", 1),
            ],
        ),
        (
            "coova",
            [
                ("Session-Timeout", 3600), ("Idle-Timeout", 600), ("Acct-Interim-Interval", 300),
                ("WISPr-Bandwidth-Max-Up", 1_024_000), ("WISPr-Bandwidth-Max-Down", 4_096_000),
                ("ChilliSpot-Max-Total-Octets", 4_294_967_295),
            ],
        ),
        (
            "generic",
            [
                ("Session-Timeout", 3600), ("Idle-Timeout", 600), ("Acct-Interim-Interval", 300),
                ("WISPr-Bandwidth-Max-Up", 1_024_000), ("WISPr-Bandwidth-Max-Down", 4_096_000),
            ],
        ),
    ],
)  # fmt: skip
def test_limits_are_told_in_the_words_of_each_gateway(code: str, expected: list[tuple[str, object]]) -> None:
    assert ADAPTERS[code].attributes(LIMITS) == expected


@pytest.mark.parametrize("code", CODES)
def test_no_limit_is_no_attribute(code: str) -> None:
    assert ADAPTERS[code].attributes(Limits()) == []


# --- what the programs themselves say -----------------------------------------------------------


def needs(program: str) -> str:
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        pytest.skip(f"{program} is not installed: its check of the configuration is left out")
    return found


@pytest.mark.parametrize("code", ["opennds", "hostapd", "generic"])
def test_dnsmasq_takes_the_options_of_dhcp(code: str, tmp_path: Path) -> None:
    file = tmp_path / "wifi-public.conf"
    found = next(f for f in ADAPTERS[code].files(GATEWAY, CENTRAL) if f.name == file.name)
    file.write_text(found.text, "utf-8")
    done = subprocess.run(
        [needs("dnsmasq"), "--test", f"--conf-file={file}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "dhcp-option=114,https://wifi.example.sn" in found.text


def test_hostapd_takes_its_configuration(tmp_path: Path) -> None:
    """hostapd reads the whole file, then fails on the radio that is not there: a wrong line is told first."""
    file = tmp_path / "hostapd.conf"
    file.write_text(ADAPTERS["hostapd"].files(GATEWAY, CENTRAL)[0].text, "utf-8")
    done = subprocess.run(
        ["timeout", "10", needs("hostapd"), "-t", str(file)], capture_output=True, text=True, check=False
    )
    told = done.stdout + done.stderr
    assert "Line " not in told, told
    assert "errors found in configuration file" not in told, told
    broken = file.read_text("utf-8").replace("wpa_key_mgmt=WPA-EAP", "wpa_key_mgmt=AUCUNE")
    file.write_text(broken, "utf-8")
    done = subprocess.run(
        ["timeout", "10", needs("hostapd"), "-t", str(file)], capture_output=True, text=True, check=False
    )
    assert "errors found in configuration file" in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["Marché d'Awa", "a; rm -rf /", "$(reboot)", "`reboot`", 'dit "oui"'])
def test_a_shell_reads_back_what_chilli_is_told(name: str, tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text(ADAPTERS["coova"].files(replace(GATEWAY, name=name), CENTRAL)[0].text, "utf-8")
    script = f'. {file}; printf "%s" "$HS_LOC_NAME"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == name
