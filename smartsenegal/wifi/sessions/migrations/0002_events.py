from django.db import migrations

FORWARD = """
CREATE TABLE wifi_sessions_event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    day date NOT NULL,
    received_us bigint NOT NULL,
    happened_us bigint NOT NULL,
    kind smallint NOT NULL,
    nas integer NOT NULL,
    session bytea NOT NULL,
    nas_session text NOT NULL,
    credential bigint,
    holder bigint,
    plan integer,
    access_point text NOT NULL,
    device bytea NOT NULL,
    calling text NOT NULL,
    address inet,
    seconds bigint NOT NULL,
    octets_in bigint NOT NULL,
    octets_out bigint NOT NULL,
    cause smallint
) PARTITION BY RANGE (day);

-- What no partition was made for is written all the same; the nightly job moves on.
CREATE TABLE wifi_sessions_event_rest PARTITION OF wifi_sessions_event DEFAULT;
CREATE INDEX wifi_sessions_event_id ON wifi_sessions_event (id);

CREATE FUNCTION wifi_sessions_open_day(opened date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part text := 'wifi_sessions_event_' || to_char(opened, 'YYYYMMDD');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('wifi_sessions_open_day'));
    IF to_regclass(part) IS NULL
       AND NOT EXISTS (SELECT FROM wifi_sessions_event_rest WHERE day = opened) THEN
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF wifi_sessions_event FOR VALUES FROM (%L) TO (%L)',
            part, opened, opened + 1
        );
    END IF;
END $$;
"""
BACKWARD = "DROP FUNCTION wifi_sessions_open_day(date); DROP TABLE wifi_sessions_event;"


class Migration(migrations.Migration):
    dependencies = [("wifi_sessions", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
