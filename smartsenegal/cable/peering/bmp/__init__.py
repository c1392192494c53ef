"""The collector of BMP (RFC 7854): what is on the wire, what is kept of it, the process."""
