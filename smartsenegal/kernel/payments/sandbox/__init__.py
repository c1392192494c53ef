"""Demonstration operators: separate processes that speak the real operators' protocols."""
