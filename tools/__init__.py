"""What dev.py is made of besides itself: installing what it needs, and large commands."""
