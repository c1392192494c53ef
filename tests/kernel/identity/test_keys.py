"""What this module seals survives a rotation of the master key, and the loss of the old one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from smartsenegal.kernel import vault
from smartsenegal.kernel.identity import actions, api, queries
from smartsenegal.lib.crypto import Keyring


@pytest.fixture
def ring(settings: Any, tmp_path: Path) -> Keyring:
    settings.SECRETS_DIR = tmp_path / "secrets"
    (tmp_path / "secrets").mkdir()
    Keyring.create(tmp_path / "secrets" / "keyring")
    return vault.keyring()


def test_all_is_sealed_again_under_the_new_key(ring: Keyring, make_account: Callable[..., Any]) -> None:
    from smartsenegal.kernel.identity.adapter import SecondFactorAdapter

    account = make_account(phone="+221771234567")
    by = api.principal_for(account)
    number, _ = actions.add_identifier(account, "nin", "2 751 1994 02738", by)
    actions.rotate_signing_keys()
    pem = queries.signing_keys()[0].pem
    sealer = SecondFactorAdapter()
    factor = Authenticator.objects.create(
        user=account, type="totp", data={"secret": sealer.encrypt("JBSWY3DP"), "used_mask": 3}
    )
    old = ring.active
    vault.keyring().rotate()
    for what in ("clés de signature", "numéros des personnes", "seconds facteurs"):
        batch = vault.resealers()[what]
        assert batch() == 1, what
        assert batch() == 0, what
    vault.keyring().forget(old)
    number.refresh_from_db()
    factor.refresh_from_db()
    assert queries.reveal(number, by, "") == "2751199402738"
    assert queries.signing_keys()[0].pem == pem
    assert sealer.decrypt(factor.data["secret"]) == "JBSWY3DP"
    assert factor.data["used_mask"] == 3
