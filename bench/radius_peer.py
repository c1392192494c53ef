"""FreeRADIUS of Debian (packages freeradius, freeradius-postgresql) with no more than what is measured."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench.radius_load import PASSWORD, SECRET
from smartsenegal.run.postgres import Cluster

PROGRAM = "/usr/sbin/freeradius"
SHARED = "/etc/freeradius/3.0/mods-config/sql/main/postgresql"


def present() -> bool:
    """Whether it can be measured here; install `freeradius freeradius-postgresql` otherwise."""
    return Path(PROGRAM).exists() and Path(SHARED).exists()


def schema(cluster: Cluster) -> None:
    """Its own database on our server, with its packaged tables and indexes."""
    cluster.ensure_database("freeradius")
    with psycopg.connect(cluster.dsn("freeradius"), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(Path(SHARED, "schema.sql").read_text())


@contextmanager
def running(place: Path, port: int, cluster: Cluster, users: int, pem: Path, key: Path) -> Iterator[int]:
    """Its process, 16 threads, 16 connections: authentication from a users file, accounting by rlm_sql."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    with (place / "users").open("w") as out:
        out.writelines(
            f'user{n} Cleartext-Password := "{PASSWORD}"\n\tSession-Timeout := 3600\n' for n in range(users)
        )
    (place / "dictionary").write_text("$INCLUDE /usr/share/freeradius/dictionary\n")
    (place / "radiusd.conf").write_text(_configuration(place, port, cluster, pem, key))
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM, "-f", "-l", "stdout", "-d", str(place), "-n", "radiusd"], stdout=log, stderr=log
        )
    try:
        until = time.monotonic() + 60
        while "Ready to process requests" not in (place / "log").read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((place / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _configuration(place: Path, port: int, cluster: Cluster, pem: Path, key: Path) -> str:
    return f"""
prefix = /usr
name = freeradius
libdir = /usr/lib/freeradius
raddbdir = {place}
logdir = {place}
run_dir = {place}
pidfile = {place}/pid
max_request_time = 30
cleanup_delay = 5
max_requests = 65536
hostname_lookups = no
log {{
 destination = stdout
 auth = no
 }}
security {{
 max_attributes = 200
 reject_delay = 0
 status_server = yes
 }}
proxy_requests = no
thread pool {{
 start_servers = 16
 max_servers = 16
 min_spare_servers = 1
 max_spare_servers = 16
 max_requests_per_server = 0
 auto_limit_acct = no
 }}
client loopback {{
 ipaddr = 127.0.0.1
 secret = {SECRET.decode()}
 require_message_authenticator = yes
 }}
modules {{
 pap {{ }}
 expr {{ }}
 files {{
  usersfile = {place}/users
 }}
 sql {{
  driver = "rlm_sql_postgresql"
  dialect = "postgresql"
  server = "{cluster.config.socket_dir}"
  port = 5432
  login = "{cluster.user}"
  password = "{cluster.password}"
  radius_db = "freeradius"
  acct_table1 = "radacct"
  acct_table2 = "radacct"
  postauth_table = "radpostauth"
  authcheck_table = "radcheck"
  groupcheck_table = "radgroupcheck"
  authreply_table = "radreply"
  groupreply_table = "radgroupreply"
  usergroup_table = "radusergroup"
  read_groups = no
  read_clients = no
  client_table = "nas"
  sql_user_name = "%{{User-Name}}"
  group_attribute = "SQL-Group"
  pool {{
   start = 16
   min = 16
   max = 16
   spare = 0
   uses = 0
   lifetime = 0
   idle_timeout = 0
   }}
  $INCLUDE {SHARED}/queries.conf
 }}
 eap {{
  default_eap_type = ttls
  timer_expire = 60
  max_sessions = 16384
  tls-config ours {{
   private_key_file = {key}
   certificate_file = {pem}
   tls_min_version = "1.2"
   tls_max_version = "1.2"
   cipher_list = "ECDHE+AESGCM"
   ecdh_curve = "prime256v1"
   fragment_size = 1024
   cache {{
    enable = yes
    lifetime = 8
    name = "bench"
    max_entries = 100000
    }}
  }}
  ttls {{
   tls = ours
   default_eap_type = md5
   copy_request_to_tunnel = no
   use_tunneled_reply = no
   virtual_server = inner
   }}
 }}
}}
server default {{
 listen {{
  type = auth
  ipaddr = 127.0.0.1
  port = {port}
  recv_buff = 4194304
  }}
 listen {{
  type = acct
  ipaddr = 127.0.0.1
  port = {port + 1}
  recv_buff = 4194304
  }}
 authorize {{
  if (&EAP-Message) {{
   eap
  }}
  else {{
   files
   pap
  }}
 }}
 authenticate {{
  Auth-Type PAP {{
   pap
  }}
  eap
 }}
 preacct {{
  update request {{
   &Acct-Unique-Session-Id := "%{{md5:%{{User-Name}},%{{Acct-Session-Id}},%{{NAS-IP-Address}}}}"
  }}
 }}
 accounting {{
  sql
 }}
}}
server inner {{
 authorize {{
  files
  pap
 }}
 authenticate {{
  Auth-Type PAP {{
   pap
  }}
 }}
}}
"""
