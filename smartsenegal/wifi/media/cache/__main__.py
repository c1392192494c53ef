import sys

from smartsenegal.wifi.media.cache.process import main

sys.exit(main(sys.argv[1:]))
