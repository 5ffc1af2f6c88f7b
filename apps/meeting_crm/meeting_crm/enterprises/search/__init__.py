"""Finding the company a person means among millions of names: see README.md in this folder."""
