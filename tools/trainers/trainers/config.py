"""What a person chooses about each verb."""
