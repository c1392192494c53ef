from tests.datacenter.colocation.conftest import priced as priced
from tests.datacenter.hosting.conftest import signed_in as signed_in
