"""From counters to slots, from slots to a rate, from a rate to francs. Pure: no Django, no clock."""
