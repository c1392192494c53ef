"""Every write of `wifi.access` by its desk: plans, groups, rules, vouchers, realms, lists."""

from smartsenegal.wifi.access.actions.base import PERMISSION, local_realm, may_import
from smartsenegal.wifi.access.actions.homes import (
    add_home_server,
    add_realm_elsewhere,
    close_home_server,
    raise_home_server,
)
from smartsenegal.wifi.access.actions.plans import (
    add_group,
    add_plan,
    add_rule,
    change_plan,
    end_rule,
    rename_group,
)
from smartsenegal.wifi.access.actions.realms import add_realm, change_realm, retire_realm
from smartsenegal.wifi.access.actions.rosters import (
    forget_rosters,
    import_roster,
    reseal_rosters,
    take_roster,
)
from smartsenegal.wifi.access.actions.sealing import reseal_home_secrets, reseal_passwords
from smartsenegal.wifi.access.actions.vouchers import (
    close_batch,
    close_voucher,
    forget_codes,
    make_vouchers,
    new_holder,
    print_vouchers,
    reseal_codes,
    take_codes,
)

__all__ = [
    "PERMISSION", "add_group", "add_home_server", "add_plan", "add_realm", "add_realm_elsewhere",
    "add_rule", "change_plan", "change_realm", "close_batch", "close_home_server", "close_voucher",
    "end_rule", "forget_codes", "forget_rosters", "import_roster", "local_realm", "make_vouchers",
    "may_import", "new_holder", "print_vouchers", "raise_home_server", "rename_group", "reseal_codes",
    "reseal_home_secrets", "reseal_passwords", "reseal_rosters", "retire_realm", "take_codes",
    "take_roster",
]  # fmt: skip
