"""What may be stopped and what may fail: the design verdict, the harm of failures, computed availability."""
