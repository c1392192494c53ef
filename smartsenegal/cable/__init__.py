"""The submarine cable and the national network of transport: what carries everything else."""
