"""Texts of the messages that accounts receive."""

from smartsenegal.kernel.notifications.api import register_template

CODE_MINUTES = 10
# What a security notice says, by the name allauth gives to the occasion.
NOTICES = {
    "password_set": "un mot de passe a été ajouté",
    "password_changed": "le mot de passe a été changé",
    "email_changed": "l’adresse électronique a été changée",
    "email_deleted": "l’adresse électronique a été retirée",
    "totp_activated": "la double vérification a été activée",
    "totp_deactivated": "la double vérification a été désactivée",
    "webauthn_added": "une clé a été ajoutée",
    "webauthn_removed": "une clé a été retirée",
    "recovery_codes_generated": "de nouveaux codes de secours ont été créés",
    "phone_changed": "le numéro de téléphone a été changé",
}

register_template(
    "identity.code",
    "sms",
    "fr",
    "",
    "Smart Sénégal : votre code est {{ code }}, valable {{ minutes }} minutes. Ne le donnez à personne.",
    {"code": "123456", "minutes": CODE_MINUTES},
)
register_template(
    "identity.code",
    "email",
    "fr",
    "{{ code }} est votre code Smart Sénégal",
    "Bonjour,\n\nVotre code est {{ code }}. Il est valable {{ minutes }} minutes.\n\n"
    "Ne le donnez à personne : aucun agent ne vous le demandera. "
    "Si vous n’avez rien demandé, ignorez ce message.",
    {"code": "123456", "minutes": CODE_MINUTES},
)
register_template(
    "identity.notice",
    "sms",
    "fr",
    "",
    "Smart Sénégal : sur votre compte, {{ what }}. Si ce n’est pas vous : {{ url }}",
    {"what": NOTICES["recovery_codes_generated"], "url": "https://smartsenegal.example/compte/appareils/"},
)
register_template(
    "identity.notice",
    "email",
    "fr",
    "Changement sur votre compte Smart Sénégal",
    "Bonjour,\n\nSur votre compte, {{ what }}.\n\n"
    "Si ce n’est pas vous, fermez les autres appareils et changez votre mot de passe :\n{{ url }}",
    {"what": NOTICES["recovery_codes_generated"], "url": "https://smartsenegal.example/compte/appareils/"},
)
register_template(
    "identity.invited",
    "sms",
    "fr",
    "",
    "Smart Sénégal : un compte d’agent est ouvert à ce numéro. Connectez-vous : {{ url }}",
    {"url": "https://smartsenegal.example"},
)
register_template(
    "identity.invited",
    "email",
    "fr",
    "Votre compte d’agent Smart Sénégal",
    "Bonjour,\n\nUn compte d’agent est ouvert à cette adresse. "
    "Connectez-vous avec elle, un code vous sera envoyé :\n{{ url }}",
    {"url": "https://smartsenegal.example"},
)
for _channel, _subject, _start in (
    ("sms", "", "Smart Sénégal : "),
    ("email", "Délégation de signature", "Bonjour,\n\nSmart Sénégal vous informe : "),
):
    register_template(
        "identity.delegation",
        _channel,
        "fr",
        _subject,
        _start + "{{ what }}. {{ url }}",
        {
            "what": "vous signez pour Alioune Kébé par délégation du 1er au 31 décembre 2026",
            "url": "https://smartsenegal.example",
        },
    )
# One message holds the code and the link: a plain phone reads it, a smartphone may open it.
register_template(
    "identity.mandate_code",
    "sms",
    "fr",
    "",
    "Smart Sénégal : {{ helper }} veut faire vos démarches jusqu'au {{ until }}. "
    "D'accord ? Donnez-lui le code {{ code }}. Voir ou refuser : {{ url }}",
    {
        "helper": "Modou Fall",
        "until": "31 décembre 2026",
        "code": "123456",
        "url": "https://smartsenegal.example/compte/m/aaaaaaaaaaaaaaaaaaaaaa/",
    },
)
register_template(
    "identity.mandate",
    "sms",
    "fr",
    "",
    "Smart Sénégal : {{ what }}. Voir ou retirer : {{ url }}",
    {
        "what": "Modou Fall peut faire vos démarches jusqu’au 31 décembre 2026",
        "url": "https://smartsenegal.example/compte/m/aaaaaaaaaaaaaaaaaaaaaa/",
    },
)
register_template(
    "identity.mandate",
    "email",
    "fr",
    "Démarches faites pour quelqu’un",
    "Bonjour,\n\nSur Smart Sénégal, {{ what }}.\n\nVoir ou arrêter :\n{{ url }}",
    {"what": "le mandat de Awa Ndiaye est terminé", "url": "https://smartsenegal.example/compte/pour/"},
)
register_template(
    "identity.member_invited",
    "sms",
    "fr",
    "",
    "Smart Sénégal : {{ by }} vous invite dans {{ organisation }}. Code {{ code }}, à taper sur {{ url }}",
    {
        "by": "Awa Ndiaye",
        "organisation": "Teranga SARL",
        "code": "123456",
        "url": "https://smartsenegal.example/compte/invitation/aaaaaaaaaaaaaaaaaaaaaa/",
    },
)
register_template(
    "identity.member_invited",
    "email",
    "fr",
    "{{ by }} vous invite dans {{ organisation }}",
    "Bonjour,\n\n{{ by }} vous invite à agir au nom de {{ organisation }} sur Smart Sénégal.\n\n"
    "Ouvrez cette adresse et tapez le code {{ code }} :\n{{ url }}\n\n"
    "Si vous ne connaissez pas cette personne, ignorez ce message.",
    {
        "by": "Awa Ndiaye",
        "organisation": "Teranga SARL",
        "code": "123456",
        "url": "https://smartsenegal.example/compte/invitation/aaaaaaaaaaaaaaaaaaaaaa/",
    },
)
register_template(
    "identity.party",
    "sms",
    "fr",
    "",
    "Smart Sénégal : {{ what }}. Voir : {{ url }}",
    {"what": "vous n’êtes plus membre de Teranga SARL", "url": "https://smartsenegal.example/compte/"},
)
register_template(
    "identity.party",
    "email",
    "fr",
    "Membres de votre organisation",
    "Bonjour,\n\nSur Smart Sénégal, {{ what }}.\n\nVoir :\n{{ url }}",
    {"what": "vous n’êtes plus membre de Teranga SARL", "url": "https://smartsenegal.example/compte/"},
)
