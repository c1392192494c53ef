"""The words of the portal in its four languages, beside each other: who corrects one sees the others.

Wolof and Pulaar in the official spelling (decrees 2005-992 and 2005-989); to be read again by a native
speaker (docs/guides/wifi-portal.md). What a language lacks here is said in French, and marked so.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from smartsenegal.lib.text import typography
from smartsenegal.wifi.access.api import REFUSALS


class Said(NamedTuple):
    """A text, and the language it is in."""

    text: str
    language: str


LANGUAGES = ("fr", "wo", "ff", "en")
# key: French, Wolof, Pulaar, English; "" is "not said in that language".
_WORDS: dict[str, tuple[str, str, str, str]] = {
    "title": ("Wi-Fi gratuit", "Wi-Fi bu kenn du fey", "Wi-Fi mo yoɓetaake", "Free Wi-Fi"),
    "connect": ("Se connecter", "Duggal", "Naat", "Connect"),
    "by_sms": ("Recevoir un code par SMS", "Jot ab code ci SMS", "Heɓ kood e SMS", "Get a code by SMS"),
    "phone": ("Numéro de téléphone", "Nimero telefon", "Limngal telefoŋ", "Phone number"),
    "send": ("Envoyer le code", "Yónnee code bi", "Neldu kood o", "Send the code"),
    "code": ("Code reçu par SMS", "Code bi nga jot ci SMS", "Kood keɓɗo e SMS", "Code received by SMS"),
    "have_code": ("J’ai déjà un code", "Am naa code ba noppi", "Mi joginii kood", "I already have a code"),
    "another_code": ("Recevoir un autre code", "Laaj beneen code", "Ɗaɓɓu kood goɗɗo", "Get another code"),
    "voucher": ("Code du ticket", "Code tike bi", "Kood tikket o", "Voucher code"),
    "use_voucher": ("Utiliser un ticket", "Jëfandikoo ab tike", "Huutoro tikket", "Use a voucher"),
    "account": (
        "Avec mon compte Smart Sénégal", "Ak sama compte Smart Sénégal", "E konte am Smart Sénégal",
        "With my Smart Sénégal account",
    ),
    "other_ways": ("Entrer autrement", "Yeneen yoon", "Laabi goɗɗi", "Other ways in"),
    "sent": (
        "Un code part par SMS. Vous pouvez quitter cette page pour le lire, puis revenir.",
        "Yónnee nañu la ab code ci SMS. Mën nga génn, jàng ko, dellusi.",
        "Kood neldaama e SMS. Aɗa waawi yaltude, janngude, arta.",
        "A code is on its way by SMS. You can leave this page to read it, then come back.",
    ),
    "not_arrived": (
        "Rien après deux minutes ? Entrez autrement, ou demandez un autre code.",
        "Yegsiwul ci ñaari simili? Jaaral feneen, mbaa laaj beneen code.",
        "So arii ɗoo hojomaaji ɗiɗi? Jol laawol goɗngol walla ɗaɓɓu kood goɗɗo.",
        "Nothing after two minutes? Use another way in, or ask for another code.",
    ),
    "going": ("Un instant…", "Xaaral tuuti…", "Fad seeɗa…", "One moment…"),
    "going_why": (
        "Votre connexion s’ouvre.", "Sa connexion a ngi ubbeeku.", "Ceŋol maa ina udditoo.",
        "Your connection is opening.",
    ),
    "continue": ("Continuer", "Wéyal", "Jokku", "Continue"),
    "online": ("Vous êtes en ligne", "Dugg nga ci Internet", "A naatii e Internet", "You are online"),
    "waiting": (
        "Pas encore en ligne", "Duggagoo ci Internet", "A naataani e Internet tawo", "Not online yet",
    ),
    "left_time": ("Temps qui reste", "Diir bi des", "Waktu keddiiɗo", "Time left"),
    "left_volume": ("Volume qui reste", "Li des ci volume", "Ko heddii e volume", "Data left"),
    "no_limit": ("sans limite", "amul kemb", "alaa keerol", "no limit"),
    "devices_on": ("Appareils connectés", "Aparey yi ci biir", "Kaɓirɗe ceŋiiɗe", "Devices online"),
    "leave": ("Se déconnecter", "Génn", "Yaltu", "Disconnect"),
    "left": ("C’est demandé : la connexion se ferme.", "Baax na: connexion bi day tëju.",
             "Moƴƴii: ceŋol ngol ina uddoo.", "Done: the connection is closing."),
    "recognise": (
        "Reconnaître cet appareil pendant 30 jours", "Xàmmee aparey bii ci 30 fan",
        "Annditde kaɓirgal ngal balɗe 30", "Recognise this device for 30 days",
    ),
    "recognised": (
        "Cet appareil est reconnu : vous entrerez sans rien taper.", "Xàmme nañu aparey bii.",
        "Kaɓirgal ngal anndaama.", "This device is recognised: you will get in without typing.",
    ),
    "forget": ("Oublier mes appareils", "Fàtte samay aparey", "Yejjit kaɓirɗe am", "Forget my devices"),
    "forgotten": ("Vos appareils sont oubliés.", "Fàtte nañu say aparey.", "Kaɓirɗe maa njejjitaama.",
                  "Your devices are forgotten."),
    "conditions": ("Conditions et vie privée", "Sàrt yi", "Sarɗiiji", "Terms and privacy"),
    "agree": (
        "En entrant, vous acceptez les conditions.", "Boo duggee, nangu nga sàrt yi.",
        "So a naatii, a jaɓii sarɗiiji ɗi.", "By connecting you accept the terms.",
    ),
    "emergency": ("Urgences", "Wallu gu gaaw", "Ballal yaawngal", "Emergency"),
    "services": ("Services publics", "Serwiisi réew mi", "Golle laamu", "Public services"),
    "home": ("Retour", "Dellu", "Rutto", "Back"),
    "retry": ("Réessayer", "Jéemaat", "Eto kadi", "Try again"),
    "listen": ("Écouter", "Déglu", "Heɗto", "Listen"),
    "start": ("Ouvrir la connexion", "Ubbi connexion bi", "Uddit ceŋol ngol", "Open the connection"),
    "no_gateway": (
        "Rejoignez le réseau Wi-Fi de ce lieu, puis ouvrez la connexion.",
        "Duggal ci Wi-Fi bérab bi, nga ubbi connexion bi.",
        "Naat e Wi-Fi nokku o, uddita ceŋol ngol.",
        "Join the Wi-Fi network of this place, then open the connection.",
    ),
    "in_line": ("Vous êtes dans la file", "Yaa ngi ci raŋ bi", "Aɗa e gori", "You are in line"),
    "in_line_why": (
        "Le réseau est plein : chacun entre à son tour. Gardez cette page ouverte : elle change seule.",
        "Réso bi fees na: ku nekk ci sa waxtu. Bul tëj xët wii: day yeesal boppam.",
        "Laylaytol ngol heewii: gooto kala naatat e laawol mum. Hoto uddu hello ngo: ina hesɗitina.",
        "The network is full: everyone gets in by turn. Keep this page open: it updates by itself.",
    ),
    "number": ("Votre numéro dans la file", "Sa limu ci raŋ bi", "Limngal maa e gori", "Your number in line"),
    "wait": ("Attente, d’après les départs", "Xaar, ni ñuy génnee", "Fadannde, fawaade e yaltuɓe",
             "Wait, from departures"),
    "wait_unknown": ("pas encore connue", "xamaguñu ko", "anndaaka tawo", "not known yet"),
    "look_again": ("Mettre à jour", "Yeesal", "Hesɗitin", "Update"),
    "priority": (
        "Personnel et secours : entrer tout de suite", "Liggéeykat yi ak wallukat yi: dugg léegi",
        "Golloowɓe e wallooɓe: naatde jooni", "Staff and rescue: get in now",
    ),
    "keep_page": (
        "Gardez l’adresse de cette page, ou mettez-la en favori : elle dit ce qui reste, sans rien taper.",
        "Denc màkkaanu xët wii: day wax li des, te doo bind dara.",
        "Mooftu ñiiɓirde hello ngo: ina haala ko heddii, tawa a winndaani hay huunde.",
        "Keep the address of this page, or bookmark it: it tells what is left, without typing anything.",
    ),
    "your_turn": ("C’est à vous : une place vous est gardée.", "Sa waxtu jot na: denc nañu la palaas.",
                  "Laawol maa yonii: joɗnde ina moofanaa ma.", "It is your turn: a place is held for you."),
    "held_until": ("Gardée jusqu’à", "Ba", "Haa", "Held until"),
    "refused": ("Pas maintenant", "Du mën nekk léegi", "Wonaa jooni", "Not now"),
    "try_at": ("Réessayez à partir de", "Jéemaatal ci", "Eto kadi gila", "Try again from"),
}  # fmt: skip
# What `access.decide` says, in English: its French is `access.REFUSALS`.
_DECIDED = {
    "expired": "This access has ended.",
    "early": "This access is not open yet.",
    "blocked": "This access is blocked.",
    "used": "This voucher is used up.",
    "time": "The time for today is used up.",
    "volume": "The data for today is used up.",
    "devices": "Too many devices are connected with this access: disconnect one.",
    "closed": "The network is closed here at the moment.",
    "full": "The network is full: a place is often free within minutes.",
    "no-plan": "No access is planned here for now.",
    "place": "This access is good only where it was given.",
}
_REFUSALS: dict[str, tuple[str, str]] = {
    **{cause: (REFUSALS[cause], english) for cause, english in _DECIDED.items()},
    "late": ("Cette page a vieilli. Reprenez depuis le début.", "This page is too old. Start again."),
    "gateway": (
        "La passerelle de ce lieu ne répond pas. Réessayez dans un instant.",
        "The gateway of this place does not answer. Try again in a moment.",
    ),
    "bad-phone": (
        "Écrivez un numéro de téléphone mobile, par exemple 77\u00a0123\u00a045\u00a067.",
        "Write a mobile phone number, such as 77\u00a0123\u00a045\u00a067.",
    ),
    "no-code": ("Écrivez le code reçu par SMS.", "Write the code received by SMS."),
    "bad-code": ("Ce code n’est pas le bon, ou il a déjà servi.", "This code is wrong, or was used already."),
    "tries": ("Trop d’essais : demandez un autre code.", "Too many tries: ask for another code."),
    "codes": (
        "Trop de codes demandés pour ce numéro. Entrez autrement, ou réessayez dans un quart d’heure.",
        "Too many codes for this number. Use another way in, or try again in fifteen minutes.",
    ),
    "codes-here": (
        "Trop de codes sont demandés ici en ce moment. Entrez autrement, ou réessayez dans une minute.",
        "Too many codes are asked for here right now. Use another way in, or try again in a minute.",
    ),
    "codes-day": (
        "Trop de codes sont partis d’ici aujourd’hui. Entrez autrement, ou réessayez dans quelques heures.",
        "Too many codes were sent from here today. Use another way in, or try again in a few hours.",
    ),
    "codes-day-only": (
        "Trop de codes sont partis d’ici aujourd’hui. Réessayez dans quelques heures, ou demandez au"
        " personnel du lieu.",
        "Too many codes were sent from here today. Try again in a few hours, or ask the staff of this place.",
    ),
    "bad-voucher": (
        "Ce code de ticket n’est pas connu ici. Il a dix lettres et chiffres.",
        "This voucher is not known here. It has ten letters and digits.",
    ),
    "guesses": ("Trop d’essais : attendez une minute.", "Too many tries: wait one minute."),
}  # fmt: skip


def say(key: str, language: str) -> Said:
    """A word in a language, else in French."""
    if key in _REFUSALS:
        french, english = _REFUSALS[key]
        return Said(english, "en") if language == "en" else Said(typography(french), "fr")
    texts = dict(zip(LANGUAGES, _WORDS[key], strict=True))
    spoken = texts.get(language, "")
    return Said(spoken, language) if spoken and language != "fr" else Said(typography(texts["fr"]), "fr")


@lru_cache(maxsize=len(LANGUAGES))
def all_of(language: str) -> dict[str, str]:
    """The short words in a language, for a page."""
    return {key: say(key, language).text for key in _WORDS}


def every() -> list[str]:
    """Every key, for the tests."""
    return [*_WORDS, *_REFUSALS]
