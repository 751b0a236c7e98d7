"""The csv that Epic Games' Live Link Face records: its columns and its timecodes."""
