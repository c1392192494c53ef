import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.identity import rules
from smartsenegal.kernel.identity.rules import Grant, Principal

roles = st.sampled_from([code for code, _ in rules.ROLES])
permissions = st.sampled_from(sorted({p for held in rules.PERMISSIONS.values() for p in held}))
paths = st.lists(st.sampled_from(["SN", "SN-TH", "011", "a", "b"]), min_size=1, max_size=4).map("/".join)
ids = st.integers(1, 6)


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    organisation = draw(ids)
    below = draw(st.frozensets(ids)) | {organisation}
    return Grant(draw(roles), organisation, "Service", below, draw(st.one_of(st.just(""), paths)))


principals = st.lists(grants(), max_size=4).map(lambda g: Principal("1", "Awa", grants=tuple(g)))


@given(principals, permissions, ids, paths)
def test_a_permission_somewhere_precise_is_a_permission_somewhere(
    principal: Principal, permission: str, organisation: int, path: str
) -> None:
    if principal.may(permission, organisation_id=organisation, territory_path=path):
        assert principal.may(permission, organisation_id=organisation)
        assert principal.may(permission)
        assert organisation in principal.organisations_where(permission)


@given(principals, permissions, ids, paths)
def test_nothing_is_allowed_without_a_role_that_allows_it(
    principal: Principal, permission: str, organisation: int, path: str
) -> None:
    able = [g for g in principal.grants if permission in rules.PERMISSIONS[g.role]]
    if not able:
        assert not principal.may(permission)
        assert not principal.organisations_where(permission)
    allowed = principal.may(permission, organisation_id=organisation, territory_path=path)
    assert allowed == any(
        organisation in g.organisation_ids and rules.covers(g.territory_path, path) for g in able
    )


@given(permissions, ids, paths)
def test_the_system_may_all_and_a_visitor_nothing(permission: str, organisation: int, path: str) -> None:
    system = Principal(None, "worker", kind="system")
    assert system.may(permission, organisation_id=organisation, territory_path=path)
    assert not rules.ANONYMOUS.may(permission)


@given(paths, st.text("abc", min_size=1, max_size=3))
def test_a_scope_covers_what_is_below_and_not_what_begins_alike(path: str, name: str) -> None:
    assert rules.covers("", path)
    assert rules.covers(path, path)
    assert rules.covers(path, f"{path}/{name}")
    assert not rules.covers(path, path + name)
    assert not rules.covers(f"{path}/{name}", path)


@given(st.sampled_from([c for c, _ in rules.ASSURANCE]), st.sampled_from([c for c, _ in rules.ASSURANCE]))
def test_assurance_never_goes_down(current: str, reached: str) -> None:
    order = [code for code, _ in rules.ASSURANCE]
    assert order.index(rules.higher(current, reached)) == max(order.index(current), order.index(reached))


@pytest.mark.parametrize(
    ("name", "phone", "email", "expected"),
    [
        ("Awa Ndiaye", "+221771234567", "awa@exemple.sn", "Awa Ndiaye"),
        ("", "+221771234567", "awa@exemple.sn", "77\u00a0•••\u00a0••\u00a067"),
        ("", "", "awa@exemple.sn", "a•••@exemple.sn"),
        ("", "", "", "Compte sans nom"),
    ],
)
def test_an_account_without_a_name_is_called_by_what_it_signs_in_with_masked(
    name: str, phone: str, email: str, expected: str
) -> None:
    assert rules.display_name(name, phone, email) == expected


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/126 Mobile Safari/537", "Chrome sur Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) AppleWebKit Version/17 Safari/604", "Safari sur iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126 Safari/537 Edg/126", "Edge sur Windows"),
        ("Mozilla/5.0 (Linux; Android 13) SamsungBrowser/25 Chrome/121", "Samsung Internet sur Android"),
        ("Opera/9.80 (Android; Opera Mini/36)", "Opera sur Android"),
        ("curl/8", "Navigateur"),
        ("", "Navigateur"),
    ],
)
def test_device_name(agent: str, expected: str) -> None:
    assert rules.device_name(agent) == expected


def test_each_role_and_permission_is_named() -> None:
    assert set(rules.PERMISSIONS) == {code for code, _ in rules.ROLES}
    assert rules.roles_named(
        [Grant("officer", 1, "", frozenset(), ""), Grant("adviser", 1, "", frozenset(), "")]
    ) == [
        "Conseiller",
        "Agent instructeur",
    ]


@given(
    st.floats(0, 2000),
    st.floats(0, 2000),
    st.booleans(),
    st.none() | st.integers(0, 900),
    st.none() | st.floats(0, 2000),
)
def test_a_fresh_sign_in_is_one_that_answers_the_request(
    signed_in: float, now: float, again: bool, max_age: int | None, asked_at: float | None
) -> None:
    found = rules.is_fresh(signed_in, now, again=again, max_age=max_age, asked_at=asked_at)
    since = asked_at is not None and signed_in >= asked_at
    recent = max_age is None or (signed_in > 0 and now - signed_in <= max_age)
    assert found == (since or (recent and not again))


@pytest.mark.parametrize("text", ["-1", "1.5", "hier", "²", "99999999999"])
def test_a_max_age_that_is_no_number_of_seconds(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        rules.max_age_of(text)
