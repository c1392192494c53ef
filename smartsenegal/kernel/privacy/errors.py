"""What is refused, in French."""


class PrivacyRefused(Exception):
    """A request that cannot be made or treated; its text is the sentence to show."""
