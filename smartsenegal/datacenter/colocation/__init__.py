"""Places let in a datacentre: admission, holds, contracts, visits, hands on site, cross-connects."""
