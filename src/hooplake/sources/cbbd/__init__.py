"""College basketball from api.collegebasketballdata.com: every endpoint as data, fetched within its quota."""
