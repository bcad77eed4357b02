"""WHERE people come from and go to: CSV and vCard files, LDAP and CardDAV servers, a watched file on a share.

Only home of vobject and ldap3. Knows nothing of the database: it gives and takes ``domain.contact`` values.
"""
