"""Games of the CollegeBasketballData API: from its tables in the lake to the neutral silver tables."""
