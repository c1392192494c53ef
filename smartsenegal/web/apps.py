from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "smartsenegal.web"
    label = "web"
    verbose_name = "Pages communes"
