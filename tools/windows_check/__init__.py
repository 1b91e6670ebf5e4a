"""Tries the Windows version under Wine, on Debian: `python3 dev.py windows-check`.

Wine does not show antivirus programs, SmartScreen, signatures, the Restart Manager, toasts, scaled
screens, dark mode, screen readers, input methods, signing out, and real file permissions.
"""
