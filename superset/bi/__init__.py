"""What the scripts of this folder share: settings, secrets, the REST client and the assets."""
