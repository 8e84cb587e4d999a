"""The developer house behind ./dev: set-up, demo, tests, lint. Standard library only.

One module per concern; none imports a module further down this list:

    console        what the user sees: steps with progress, problems with a remedy
    settings       every name, path and version in one place
    shell          running other programs, their logs, the set-up lock
    apt            packages unpacked from the machine's own Debian archive
    python         private virtual environments from locked lists
    tools          the developer tools' environment
    odoo           Odoo itself: where it is, is it 19.0, its configuration file
    postgres       the private cluster, or the server that PGHOST names
    browser        Chromium and wkhtmltopdf
    addon          what our addon is: manifest, fingerprint
    databases      template, installed template, test and demo databases
    setup          what every command needs before it starts
    demo, testing, translations, lint, locking, pictures, clean    one per command
    cli            the commands' names, and errors as one sentence
"""
