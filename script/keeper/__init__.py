"""The program beside the app that starts programs for it: backups and restores, fed by their records."""
