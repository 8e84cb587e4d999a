from . import client_demo
from . import client_demo_claims
from . import client_demo_clock
from . import client_demo_honesty
from . import client_demo_campaign
from . import client_demo_objectives
from . import client_demo_signoff
from . import client_demo_time
