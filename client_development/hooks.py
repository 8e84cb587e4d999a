def post_init_hook(env):
    """Let the scheduled actions do the first filling in the background.

    Installing must not lock the sales tables of a running company, so nothing is
    computed here (design decision 3).
    """
    env.ref("client_development.ir_cron_refresh_facts")._trigger()
