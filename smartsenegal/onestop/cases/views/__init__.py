"""Pages: the applicant’s (filing, follow, corrections) and the agents’ (queue, instruct)."""
