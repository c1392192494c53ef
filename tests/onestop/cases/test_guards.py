from smartsenegal.onestop.cases.guards import VERBS
from smartsenegal.onestop.cases.rules import KINDS

OTHERS = {
    "rebase_asked", "draft_erased",
    "read", "exported", "calendar_set", "calendar_unset", "link_created", "link_revoked", "link_opened",
    "batch_signed",
}  # fmt: skip


def test_every_act_has_its_name_in_the_journal():
    assert set(VERBS) == {*KINDS, *OTHERS}
