"""Backup and restore: one file with the database, the files, the wrapped keys and the key that unwraps them.

``manifest`` says what is in the file, ``archive`` packs and unpacks it, ``databases`` dumps and loads each kind of
database, ``keeping`` puts them together: ``back_up`` and ``restore``.
"""
