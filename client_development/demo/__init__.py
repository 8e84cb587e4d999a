from .. import models  # first, as the helpers below extend what they define
from . import client_survey, sale_order
