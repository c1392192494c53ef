"""What people watch and read on a hotspot: packages published at the centre, kept and served at the site."""
