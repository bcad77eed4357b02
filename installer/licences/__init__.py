"""The licences of everything in the packages, gathered into resources/licences and into what is built.

native.toml (what wheels carry) ─┐
metadata of the Python packages ─┴▸ gather ▸ resources/licences ▸ the About page
                                             └▸ bundled: + the builder's libraries ▸ bundle, THIRD-PARTY.txt
"""
