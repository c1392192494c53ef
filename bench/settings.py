"""The platform's settings, with the bare page and the server's time on each answer."""

from smartsenegal.settings import *  # noqa: F403
from smartsenegal.settings import MIDDLEWARE

ROOT_URLCONF = "bench.site"
MIDDLEWARE = ["bench.site.server_timing", *MIDDLEWARE]
