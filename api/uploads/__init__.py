"""The upload page: files arrive, are checked, answered for, accepted and built."""
