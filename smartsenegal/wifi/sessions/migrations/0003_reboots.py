from django.db import migrations

# The fold asks which restart of a gateway ended a session.
FORWARD = """
CREATE INDEX wifi_sessions_event_reboot ON wifi_sessions_event (nas, happened_us) WHERE kind IN (7, 8);
CREATE INDEX wifi_sessions_session_rebooted ON wifi_sessions_session (nas) WHERE ended_us > updated_us;
"""
BACKWARD = "DROP INDEX wifi_sessions_event_reboot; DROP INDEX wifi_sessions_session_rebooted;"


class Migration(migrations.Migration):
    dependencies = [("wifi_sessions", "0002_events")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
