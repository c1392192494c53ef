"""What is measured in racks: Redfish and SNMP, and the sensors that lie."""
