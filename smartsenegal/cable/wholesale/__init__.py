"""What a customer of the carrier sees and does: the portal, the open tariffs, the TM Forum interfaces."""
