"""All settings. Each choice is an environment variable with a working default."""

import os
import secrets
from pathlib import Path
from typing import Any

from smartsenegal.run.config import Config

config = Config.from_environment(os.environ)

BASE_DIR = Path(__file__).resolve().parent
DATA_DIR = config.data
DEMO = config.demo
DEBUG = False
PROCESS = config.process

SECRET_KEY = config.read_secret("django-secret-key") or secrets.token_urlsafe(48)
ALLOWED_HOSTS = config.allowed_hosts
PUBLIC_URL = config.public_url
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "smartsenegal.web",
    "smartsenegal.kernel.events",
    "smartsenegal.kernel.idempotency",
    "smartsenegal.kernel.audit",
    "smartsenegal.kernel.notifications",
    "smartsenegal.kernel.territory",
    "smartsenegal.kernel.identity",
    "smartsenegal.kernel.sites",
    "smartsenegal.kernel.documents",
    "smartsenegal.kernel.payments",
    "smartsenegal.kernel.indicators",
    "smartsenegal.kernel.webhooks",
    "smartsenegal.kernel.privacy",
    "smartsenegal.onestop.procedures",
    "smartsenegal.onestop.cases",
    "smartsenegal.wifi.network",
    "smartsenegal.wifi.access",
    "smartsenegal.wifi.sessions",
    "smartsenegal.wifi.monitoring",
    "smartsenegal.wifi.planner",
    "smartsenegal.wifi.radius",
    "smartsenegal.wifi.privacy",
    "smartsenegal.wifi.media",
    "smartsenegal.wifi.portal",
    "smartsenegal.wifi.kit",
    "smartsenegal.cable.network",
    "smartsenegal.cable.resilience",
    "smartsenegal.cable.billing",
    "smartsenegal.cable.optics",
    "smartsenegal.cable.capacity",
    "smartsenegal.cable.peering",
    "smartsenegal.cable.collection",
    "smartsenegal.cable.wholesale",
    "smartsenegal.cable.noc",
    "smartsenegal.datacenter.facility",
    "smartsenegal.datacenter.tier",
    "smartsenegal.datacenter.colocation",
    "smartsenegal.datacenter.hosting",
    "smartsenegal.datacenter.sensors",
    "smartsenegal.datacenter.billing",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
    "allauth.usersessions",
    "pgtrigger",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # On a slow line a page's bytes are most of the wait; Django pads against BREACH and masks its tokens.
    "django.middleware.gzip.GZipMiddleware",
    "smartsenegal.web.middleware.content_security_policy",
    "smartsenegal.web.middleware.private_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "smartsenegal.kernel.identity.middleware.principal",
    "smartsenegal.kernel.identity.middleware.second_factor",
    "smartsenegal.web.middleware.refusals",
]

ROOT_URLCONF = "smartsenegal.urls"
ASGI_APPLICATION = "smartsenegal.asgi.application"
FORM_RENDERER = "smartsenegal.web.rendering.Renderer"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "smartsenegal.web.context.shell",
            ],
            "builtins": ["smartsenegal.web.templatetags.ui"],
        },
    }
]

# --- data -----------------------------------------------------------------
# Three aliases from day one: each moves to its own server by an URL; no foreign key crosses them.
DATABASES = {
    "default": config.database("DATABASE_URL"),
    "flows": config.database("SMARTSENEGAL_FLOWS_URL"),
    "jobs": config.database("SMARTSENEGAL_JOBS_URL"),
}
DATABASE_ROUTERS = ["smartsenegal.kernel.database.FlowsRouter"]
# Where flows are: the same connection as the rest, until an URL moves them.
FLOWS = "flows" if os.environ.get("SMARTSENEGAL_FLOWS_URL") else "default"
FLOWS_APPS = frozenset({"wifi_sessions", "wifi_monitoring", "wifi_privacy", "wifi_kit"})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # The rate limits live here: with Django's 300 entries a stranger would push them out.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- identity --------------------------------------------------------------
AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/arrivee"
ACCOUNT_ADAPTER = "smartsenegal.kernel.identity.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "smartsenegal.kernel.identity.forms.PasswordLoginForm",
    "confirm_login_code": "smartsenegal.kernel.identity.forms.CodeForm",
    "verify_phone": "smartsenegal.kernel.identity.forms.PhoneCodeForm",
    "change_phone": "smartsenegal.kernel.identity.forms.NewPhoneForm",
    "add_email": "smartsenegal.kernel.identity.forms.NewEmailForm",
    "confirm_email_verification_code": "smartsenegal.kernel.identity.forms.EmailCodeForm",
    "set_password": "smartsenegal.kernel.identity.forms.FirstPasswordForm",
    "change_password": "smartsenegal.kernel.identity.forms.NewPasswordForm",
    "reauthenticate": "smartsenegal.kernel.identity.forms.AgainPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone", "email"}
# Our door opens accounts by a code; these fields only say what the login form asks.
ACCOUNT_SIGNUP_FIELDS = ["phone*", "email*", "password1*"]
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# By address and by account. Many phones of one operator share an address: it must stay generous.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "request_login_code": "60/m/ip,5/15m/key,20/d/key",
    "verify_phone": "60/m/ip,5/15m/key,20/d/key",
    "change_phone": "10/h/user",
    "confirm_email": "60/m/ip,5/15m/key",
    "oidc_token": "300/m/ip",
    # Codes to strangers' phones, and tries at them; looking up whether someone has an account.
    "mandate_code": "60/h/ip,4/h/key,20/d/user",
    "mandate_try": "60/m/ip,20/15m/key",
    "find_helper": "20/h/user",
}
MFA_ADAPTER = "smartsenegal.kernel.identity.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "smartsenegal.kernel.identity.forms.SecondFactorForm",
    "reauthenticate": "smartsenegal.kernel.identity.forms.AgainSecondFactorForm",
    "activate_totp": "smartsenegal.kernel.identity.forms.EnrolForm",
    "authenticate_webauthn": "smartsenegal.kernel.identity.forms.KeyFactorForm",
    "reauthenticate_webauthn": "smartsenegal.kernel.identity.forms.KeyAgainForm",
    "login_webauthn": "smartsenegal.kernel.identity.forms.KeyLoginForm",
    "add_webauthn": "smartsenegal.kernel.identity.forms.KeyForm",
    "edit_webauthn": "smartsenegal.kernel.identity.forms.KeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_TOTP_ISSUER = "Smart Sénégal"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Calls of one service to the API, reads included.
API_CALLS_A_MINUTE = int(os.environ.get("SMARTSENEGAL_API_CALLS_A_MINUTE", "600"))
IDP_OIDC_ADAPTER = "smartsenegal.kernel.identity.oidc.ServicesAdapter"
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 600
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 30 * 86_400
# TOTP is compulsory for agents outside the demonstration.
AGENT_TOTP_REQUIRED = not config.demo

# --- language, time ----------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Africa/Dakar"
USE_TZ = True
USE_I18N = True
COUNTRY = "SN"

# --- files -------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = config.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": config.static_backend},
}
WHITENOISE_MAX_AGE = 60 if config.demo else 3600
# What Django 6 does by itself: an address typed without a scheme is an https one.
FORMS_URLFIELD_ASSUME_HTTPS = True
FILE_UPLOAD_HANDLERS = ["smartsenegal.kernel.documents.uploads.BoundedUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(config.data / "tmp") if (config.data / "tmp").is_dir() else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 40
FILES_DIR = config.data / "files"
SECRETS_DIR = config.data / "secrets"

# --- browser -------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "session"
SESSION_ENGINE = "smartsenegal.kernel.identity.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = PUBLIC_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
BEHIND_PROXY = config.behind_proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if config.behind_proxy else None
CSRF_FAILURE_VIEW = "smartsenegal.web.views.csrf_failure"

# --- outside world -----------------------------------------------------------
# Vendors are chosen by name in each family's registry; in the demonstration the sandboxes stand in.
SMS_GATEWAY = os.environ.get("SMARTSENEGAL_SMS", "demo" if config.demo else "http")
SMS_HTTP_URL = os.environ.get("SMARTSENEGAL_SMS_URL", "")
SMS_HTTP_TOKEN = os.environ.get("SMARTSENEGAL_SMS_TOKEN", "")
EMAIL_TRANSPORT = os.environ.get("SMARTSENEGAL_EMAIL", "demo" if config.demo else "smtp")
EMAIL_HOST = os.environ.get("SMARTSENEGAL_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("SMARTSENEGAL_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("SMARTSENEGAL_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("SMARTSENEGAL_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("SMARTSENEGAL_SMTP_TLS", "") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("SMARTSENEGAL_EMAIL_FROM", "ne-pas-repondre@localhost")
# Mobile money is offered where an operator is configured, and in the demonstration by its own operator.
_ways = "till,wave,mobile" if config.demo or os.environ.get("SMARTSENEGAL_MOBILE_URL") else "till,wave"
PAYMENT_PROVIDERS = [p for p in os.environ.get("SMARTSENEGAL_PAYMENT_PROVIDERS", _ways).split(",") if p]
WAVE_API_URL = os.environ.get("SMARTSENEGAL_WAVE_URL", config.sandbox_url("wave"))
WAVE_API_KEY = os.environ.get("SMARTSENEGAL_WAVE_KEY", "") or config.read_secret("wave-api-key")
WAVE_WEBHOOK_SECRET = os.environ.get("SMARTSENEGAL_WAVE_WEBHOOK_SECRET", "") or config.read_secret(
    "wave-webhook-secret"
)
# Above this many francs, a second person must agree to a refund that an accountant asks for.
REFUND_SECOND_PERSON_ABOVE = int(os.environ.get("SMARTSENEGAL_REFUND_SECOND_PERSON_ABOVE", "25000"))
MOBILE_MONEY_LABEL = os.environ.get("SMARTSENEGAL_MOBILE_LABEL", "Mobile money (Orange Money, Mixx by Yas…)")
MOBILE_MONEY_URL = os.environ.get("SMARTSENEGAL_MOBILE_URL", config.sandbox_url("mobile"))
MOBILE_MONEY_CLIENT = os.environ.get("SMARTSENEGAL_MOBILE_CLIENT", "smart-senegal")
# Our own account at the operator: its kind and its number, as the operator calls them.
MOBILE_MONEY_ACCOUNT = os.environ.get("SMARTSENEGAL_MOBILE_ACCOUNT", "accountid=smart-senegal")
MOBILE_MONEY_KEY = os.environ.get("SMARTSENEGAL_MOBILE_KEY", "") or config.read_secret("mobile-api-key")
MOBILE_MONEY_CALLBACK_KEY = os.environ.get("SMARTSENEGAL_MOBILE_CALLBACK_KEY", "") or config.read_secret(
    "mobile-callback-key"
)
MOBILE_MONEY_CALLBACK_URL = f"{PUBLIC_URL}/paiements/rappels/mobile/"
# Only the demonstration's operator shows a phone on a page.
MOBILE_MONEY_PHONE_URL = config.sandbox_page("mobile") + "/payer/" if config.demo else ""

# --- Wi-Fi -------------------------------------------------------------------
# What gateways are told: RADIUS servers (the first preferred), the portal, and the hosts that
# a device reaches before it is let in (one-stop shop, local content, emergency information).
_radius = "127.0.0.1" if config.demo else ""
WIFI_RADIUS_HOSTS = [h for h in os.environ.get("SMARTSENEGAL_RADIUS_HOSTS", _radius).split(",") if h]
WIFI_PORTAL_URL = os.environ.get("SMARTSENEGAL_WIFI_PORTAL", f"{PUBLIC_URL}/wifi/")
# openNDS wants the IPv4 address of the portal beside its name.
WIFI_PORTAL_ADDRESS = os.environ.get("SMARTSENEGAL_WIFI_PORTAL_ADDRESS", "")
WIFI_FREE_HOSTS = [h for h in os.environ.get("SMARTSENEGAL_WIFI_FREE_HOSTS", "").split(",") if h]

# --- Hosting -----------------------------------------------------------------
# What makes the machines and keeps the objects; without them both are recorded, and wait.
HOSTING_LIBVIRT_URI = os.environ.get("SMARTSENEGAL_LIBVIRT_URI", "")
HOSTING_LIBVIRT_NETWORK = os.environ.get("SMARTSENEGAL_LIBVIRT_NETWORK", "")
HOSTING_S3_URL = os.environ.get("SMARTSENEGAL_S3_URL", "")
HOSTING_S3_REGION = os.environ.get("SMARTSENEGAL_S3_REGION", "")
HOSTING_S3_KEY = os.environ.get("SMARTSENEGAL_S3_KEY", "")
HOSTING_S3_SECRET = os.environ.get("SMARTSENEGAL_S3_SECRET", "") or config.read_secret("s3-secret")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"tokens": {"()": "smartsenegal.lib.logs.WithoutTokens"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]},
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("SMARTSENEGAL_LOG", "INFO")},
    "loggers": {"procrastinate": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
