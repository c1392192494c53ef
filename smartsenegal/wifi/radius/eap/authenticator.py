"""The conversations in progress (RFC 3748): a state machine each, in a memory that nobody can make grow."""

from __future__ import annotations

import secrets
from collections import Counter, OrderedDict
from dataclasses import dataclass, field, replace

from OpenSSL import SSL

from smartsenegal.wifi.radius.eap import identities, keys, packets
from smartsenegal.wifi.radius.eap.certificates import ServerCredential
from smartsenegal.wifi.radius.eap.methods import KINDS
from smartsenegal.wifi.radius.eap.methods.base import Method, Proven, Refused, Reply, Send, Setting, everybody
from smartsenegal.wifi.radius.eap.packets import Code, Malformed, Packet, Type
from smartsenegal.wifi.radius.eap.results import Admits, Challenge, Config, Failure, Outcome, Success
from smartsenegal.wifi.radius.eap.sessions import Sessions
from smartsenegal.wifi.radius.eap.tls import server_context

_STATE_SIZE = 16
_SMALLEST_FRAGMENT = 64
# The keys of tickets live in the context and end with it: who steals them reads one day of TLS 1.2 at most.
_CONTEXT_SECONDS = 24 * 3600.0
# In a full house, who has said nothing for so long makes room.
_PATIENCE = 10.0


@dataclass(slots=True)
class _Conversation:
    """A login that goes on. `outstanding` is the request the peer has to answer, number `identifier`."""

    state: bytes
    seen: float
    operator: str
    gateway: int
    fragment_size: int
    identifier: int = 0
    outstanding: bytes = b""
    realm: str = ""
    methods: tuple[str, ...] = ()
    left: list[type[Method]] = field(default_factory=list)
    method: Method | None = None
    rounds: int = 0

    def ask(self, kind: int, data: bytes) -> Challenge:
        """A new request."""
        self.identifier = (self.identifier + 1) % 256
        self.outstanding = Packet(Code.REQUEST, self.identifier, kind, data).encode()
        return Challenge(self.state, self.outstanding)


class Authenticator:
    """Give it each EAP message of a RADIUS server, in the order they come, from one thread.

    The time `now` is in epoch seconds. States are of this object alone: with several workers, the packets of
    a conversation must reach the one that began it.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._waiting: OrderedDict[bytes, _Conversation] = OrderedDict()
        self._engaged: OrderedDict[bytes, _Conversation] = OrderedDict()
        self._sessions = Sessions(config.session_limit, config.session_seconds)
        self._contexts: dict[int, SSL.Context] = {}
        self._contexts_since = 0.0

    def __len__(self) -> int:
        """How many conversations are in memory."""
        return len(self._waiting) + len(self._engaged)

    @property
    def sessions(self) -> int:
        """How many TLS sessions may be resumed."""
        return len(self._sessions)

    def begin(
        self,
        eap: bytes,
        outer_identity: str,
        now: float,
        *,
        mtu: int | None = None,
        operator: str = "",
        gateway: int = 0,
    ) -> Outcome:
        """The answer to the first message: a response Identity, or nothing (EAP-Start, RFC 3579, §2.1).

        `outer_identity` is User-Name, `mtu` Framed-MTU, `operator` Operator-Name; gateways share
        the room there is. Octets that are no such message give Failure, never an exception.
        """
        self.expire(now)
        size = min(self._config.fragment_size, max(_SMALLEST_FRAGMENT, (mtu or 65_535) - 5))
        state = secrets.token_bytes(_STATE_SIZE)
        conversation = _Conversation(state, now, operator, gateway, size, secrets.randbits(8))
        if not eap:
            self._keep(conversation)
            return conversation.ask(Type.IDENTITY, b"")
        try:
            response = packets.decode_response(eap)
        except Malformed as error:
            return Failure(packets.failure(_identifier(eap)), "protocol", str(error))
        if response.type != Type.IDENTITY:
            return Failure(packets.failure(response.identifier), "state", "no conversation was begun")
        conversation.identifier = response.identifier
        outcome = self._identified(conversation, response, outer_identity)
        if isinstance(outcome, Challenge):
            self._keep(conversation)
        return outcome

    def step(
        self,
        state: bytes | None,
        eap: bytes,
        outer_identity: str,
        now: float,
        *,
        mtu: int | None = None,
        operator: str = "",
        gateway: int = 0,
        admits: Admits = everybody,
    ) -> Outcome:
        """The answer to any message; without `state`, as `begin`.

        A response that is malformed, late or doubled gets the request that is outstanding again, as it was.
        `admits` may send away, with a cause of its own, who proved to be somebody: a plan that is used up.
        """
        if state is None:
            return self.begin(eap, outer_identity, now, mtu=mtu, operator=operator, gateway=gateway)
        self.expire(now)
        conversation = self._engaged.get(state) or self._waiting.get(state)
        if conversation is None:
            return Failure(packets.failure(_identifier(eap)), "state")
        self._touch(conversation, now)
        conversation.rounds += 1
        if conversation.rounds > self._config.rounds:
            return self._end(conversation, Failure(packets.failure(conversation.identifier), "rounds"))
        try:
            response = packets.decode_response(eap)
        except Malformed:
            return Challenge(state, conversation.outstanding, ignored=True)
        if response.identifier != conversation.identifier:
            return Challenge(state, conversation.outstanding, ignored=True)
        return self._conclude(
            conversation, self._respond(conversation, response, outer_identity, now, admits)
        )

    def expire(self, now: float) -> int:
        """Forget the conversations that have had no answer for too long; says how many."""
        gone = 0
        for table in (self._waiting, self._engaged):
            while table and now - next(iter(table.values())).seen >= self._config.seconds:
                table.popitem(last=False)
                gone += 1
        return gone

    def forget(self, identity: str) -> int:
        """Let no session of that account be resumed, as when its password changes; says how many."""
        return self._sessions.forget(identity)

    def reload(self, server: ServerCredential) -> None:
        """Show another certificate from the next login on; sessions made under the old one end."""
        self._config = replace(self._config, server=server)
        self._contexts.clear()
        self._sessions.clear()

    # --- one conversation ---

    def _identified(self, conversation: _Conversation, response: Packet, outer: str) -> Challenge | Failure:
        refuse = packets.failure(response.identifier)
        try:
            # The peer's own words first: a proxy may have rewritten User-Name.
            identity = identities.decode(response.data) or outer
        except identities.BadIdentity as error:
            return Failure(refuse, "protocol", str(error))
        conversation.realm = identities.realm_of(identity) or identities.realm_of(outer)
        conversation.methods = self._allowed(conversation.realm)
        # Two methods may be of one type (EAP-TTLS): it is proposed once.
        conversation.left = list(dict.fromkeys(KINDS[name] for name in conversation.methods))
        if not conversation.left:
            return Failure(refuse, "method", f"realm {conversation.realm!r}")
        return self._propose(conversation, conversation.left[0])

    def _allowed(self, realm: str) -> tuple[str, ...]:
        return tuple(name for name in self._config.methods_of(realm) if name in KINDS)

    def _propose(self, conversation: _Conversation, kind: type[Method]) -> Challenge:
        conversation.left.remove(kind)
        conversation.left.insert(0, kind)
        return conversation.ask(kind.kind, bytes([kind.start_flags]))

    def _respond(
        self, conversation: _Conversation, response: Packet, outer: str, now: float, admits: Admits
    ) -> Outcome | Reply:
        if not conversation.left:  # EAP-Start: the identity was asked for
            if response.type != Type.IDENTITY:
                return Challenge(conversation.state, conversation.outstanding, ignored=True)
            return self._identified(conversation, response, outer)
        if response.type == Type.NAK and conversation.method is None:
            return self._negotiate(conversation, packets.wanted_types(response.data))
        if response.type != conversation.left[0].kind:
            return Challenge(conversation.state, conversation.outstanding, ignored=True)
        if conversation.method is None and not self._engage(conversation, now):
            return Refused("full")
        assert conversation.method is not None
        try:
            return conversation.method.respond(response.data, now, admits)
        except Malformed as error:
            return Refused("protocol", str(error))

    def _negotiate(self, conversation: _Conversation, wanted: tuple[int, ...]) -> Challenge | Refused:
        """RFC 3748, section 5.3.1: the peer wants another type. What it refused is not proposed again."""
        conversation.left.pop(0)
        for kind in conversation.left:
            if kind.kind in wanted:
                return self._propose(conversation, kind)
        return Refused("method", f"the device wants {wanted}")

    def _engage(self, conversation: _Conversation, now: float) -> bool:
        """Give the conversation its TLS, when there is room."""
        if len(self._engaged) >= self._config.engaged_limit and not self._make_room(conversation, now):
            return False
        kind = conversation.left[0]
        setting = Setting(
            config=self._config,
            context=self._context(kind.kind, now),
            sessions=self._sessions,
            realm=conversation.realm,
            methods=frozenset(conversation.methods),
            allowed=lambda identity: frozenset(self._allowed(identities.realm_of(identity))),
            fragment_size=conversation.fragment_size,
        )
        conversation.method = kind(setting)
        self._waiting.pop(conversation.state, None)
        self._engaged[conversation.state] = conversation
        return True

    def _make_room(self, conversation: _Conversation, now: float) -> bool:
        """End the one that has been silent for too long; else one of the gateway that holds most, when it
        would still hold more than the one that asks: a crowd before one access point is not everybody's."""
        oldest = next(iter(self._engaged.values()))
        if now - oldest.seen < _PATIENCE:
            held = Counter(each.gateway for each in self._engaged.values())
            gateway, most = held.most_common(1)[0]
            if most <= held[conversation.gateway] + 1:
                return False
            oldest = next(each for each in self._engaged.values() if each.gateway == gateway)
        del self._engaged[oldest.state]
        return True

    def _conclude(self, conversation: _Conversation, reply: Outcome | Reply) -> Outcome:
        identifier = conversation.identifier
        if isinstance(reply, Send):
            return conversation.ask(conversation.left[0].kind, reply.data)
        if isinstance(reply, Proven):
            assert conversation.method is not None
            conversation.method.keep_session()
            return self._end(conversation, self._success(conversation, reply))
        if isinstance(reply, Refused):
            reply = Failure(packets.failure(identifier), reply.cause, reply.detail)
        return reply if isinstance(reply, Challenge) else self._end(conversation, reply)

    def _success(self, conversation: _Conversation, proven: Proven) -> Success:
        proof, key = proven.proof, self._config.cui_key
        return Success(
            eap=packets.success(conversation.identifier),
            identity=proof.identity,
            method=proof.method,
            msk=proven.msk,
            resumed=proven.resumed,
            authenticated_at=proof.at,
            cui=keys.chargeable_identity(key, proof.identity, conversation.operator) if key else None,
        )

    # --- the tables ---

    def _keep(self, conversation: _Conversation) -> None:
        self._waiting[conversation.state] = conversation
        while len(self._waiting) > self._config.waiting_limit:
            self._waiting.popitem(last=False)

    def _touch(self, conversation: _Conversation, now: float) -> None:
        conversation.seen = now
        table = self._engaged if conversation.method else self._waiting
        table.move_to_end(conversation.state)

    def _end(self, conversation: _Conversation, outcome: Outcome) -> Outcome:
        self._waiting.pop(conversation.state, None)
        self._engaged.pop(conversation.state, None)
        return outcome

    def _context(self, kind: int, now: float) -> SSL.Context:
        if now - self._contexts_since >= _CONTEXT_SECONDS:
            self._contexts.clear()
            self._contexts_since = now
        if kind not in self._contexts:
            with_certificates = kind == Type.TLS
            self._contexts[kind] = server_context(
                self._config.server,
                session_seconds=self._config.session_seconds,
                client_roots=self._config.client_roots,
                holder=self._config.certificate_holder if with_certificates else None,
            )
        return self._contexts[kind]


def _identifier(eap: bytes) -> int:
    return eap[1] if len(eap) > 1 else 0
