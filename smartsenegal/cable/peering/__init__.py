"""Sessions of BGP as they are meant and as they are, the prefixes they bring, and whether those are valid."""
