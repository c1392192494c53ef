from django.urls import path

from smartsenegal.kernel.events import views

app_name = "events"
urlpatterns = [path("direct/", views.stream, name="stream")]
