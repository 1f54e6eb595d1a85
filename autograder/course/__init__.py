"""What an instructor does to the course: build the exercises from their solutions."""
