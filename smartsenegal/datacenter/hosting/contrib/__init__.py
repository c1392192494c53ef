"""What does the work: a hypervisor by libvirt, a store by S3."""
