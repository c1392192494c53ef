import sys

from smartsenegal.wifi.radius.server import main

sys.exit(main(sys.argv[1:]))
