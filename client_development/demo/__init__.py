from . import client_demo
from . import client_demo_time
